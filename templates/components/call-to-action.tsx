interface Props {
  title: string;
  text?: string;
  href: string;
  label: string;
  tone?: 'accent' | 'quiet';
}

export default function CallToAction({ title, text = '', href, label, tone = 'accent' }: Props) {
  return (
    <section className={`section call-to-action${tone === 'quiet' ? ' call-to-action--quiet' : ''}`}>
      <div className="call-to-action__panel">
        <h2 className="call-to-action__title">{title}</h2>
        {text ? <p className="call-to-action__text">{text}</p> : null}
        <a className="button call-to-action__button" href={href}>
          {label}
        </a>
      </div>
    </section>
  );
}
