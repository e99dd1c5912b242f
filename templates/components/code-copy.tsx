interface Props {
  label: string;
  done: string;
  failed: string;
}

/** The labels of the buttons. The script creates the buttons, because they need it to work. */
export default function CodeCopy({ label, done, failed }: Props) {
  return <div className="code-copy" hidden data-label={label} data-done={done} data-failed={failed} />;
}

export function enhance() {
  const { label, done, failed } = document.querySelector<HTMLElement>('.code-copy')!.dataset;
  const status = document.createElement('p');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  document.body.append(status);

  for (const pre of document.querySelectorAll('.prose pre:has(> code)')) {
    const code = pre.firstElementChild!;
    const text = code.textContent!.replace(/\n$/, '');
    const frame = document.createElement('div');
    frame.className = 'code-copy__frame';
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'code-copy__button';
    button.textContent = label!;
    // The index of the code block that it copies.
    button.setAttribute('aria-label', `${label}: ${text.split('\n', 1)}`.slice(0, 60));
    let timer = 0;
    button.onclick = async () => {
      let result = done!;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // The browser refused, for example without HTTPS: leave the code selected.
        getSelection()!.selectAllChildren(code);
        result = failed!;
      }
      button.textContent = status.textContent = result;
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        button.textContent = label!;
        status.textContent = '';
      }, 2000);
    };
    pre.replaceWith(frame);
    frame.append(pre, button);
  }
}
