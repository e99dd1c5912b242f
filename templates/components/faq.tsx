interface Props {
  title?: string;
  items: { question: string; answer: string }[];
}

export default function Faq({ title = '', items }: Props) {
  return (
    <section className="section faq" aria-label={title ? undefined : 'Questions and answers'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
        </div>
      ) : null}
      <div className="faq__list">
        {items.map((item) => (
          <details key={item.question} className="faq__item">
            <summary className="faq__question">
              <span>{item.question}</span>
              <svg
                className="faq__chevron"
                viewBox="0 0 24 24"
                width="20"
                height="20"
                fill="none"
                stroke="currentColor"
                strokeWidth="2"
                strokeLinecap="round"
                strokeLinejoin="round"
                aria-hidden="true"
              >
                <path d="m6 9 6 6 6-6" />
              </svg>
            </summary>
            <p className="faq__answer">{item.answer}</p>
          </details>
        ))}
      </div>
    </section>
  );
}
