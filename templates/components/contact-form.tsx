interface Field {
  name: string;
  label: string;
  kind?: 'text' | 'email' | 'tel' | 'long';
  hint?: string;
  autocomplete?: string;
  required?: boolean;
}

interface Place {
  name: string;
  address?: string;
  hours?: string;
  phone?: string;
}

interface Props {
  title?: string;
  text?: string;
  email: string;
  subject?: string;
  action?: string;
  fields: Field[];
  label?: string;
  note?: string;
  direct?: {
    title: string;
    text?: string;
    pointsTitle?: string;
    points?: string[];
    places?: Place[];
  };
}

function Control({ field }: { field: Field }) {
  const kind = field.kind ?? 'text';
  const id = `contact-form-${field.name.toLowerCase()}`;
  const shared = {
    id,
    name: field.name,
    className: 'contact-form__control',
    required: field.required ?? false,
    autoComplete: field.autocomplete,
    maxLength: kind === 'long' ? 4000 : 200,
    'aria-describedby': field.hint ? `${id}-hint` : undefined,
  };
  return (
    <p className={`contact-form__field contact-form__field--${kind}`}>
      <label htmlFor={id}>
        {field.label}
        {field.required ? null : <span className="contact-form__optional"> (optional)</span>}
      </label>
      {field.hint ? (
        <span className="contact-form__hint" id={`${id}-hint`}>
          {field.hint}
        </span>
      ) : null}
      {kind === 'long' ? <textarea rows={5} {...shared} /> : <input type={kind} {...shared} />}
    </p>
  );
}

interface DirectProps {
  direct: NonNullable<Props['direct']>;
  email: string;
  /** The heading level: one below that of the form, or the page's next level. */
  Title: 'h2' | 'h3';
}

function Direct({ direct, email, Title }: DirectProps) {
  return (
    <div className="contact-form__direct">
      <Title className="contact-form__direct-title">{direct.title}</Title>
      {direct.text ? <p className="contact-form__direct-text">{direct.text}</p> : null}
      <a className="button button--primary contact-form__mail" href={`mailto:${email}`}>
        {email}
      </a>
      {direct.pointsTitle ? (
        <p className="contact-form__points-title">{direct.pointsTitle}</p>
      ) : null}
      {(direct.points ?? []).length > 0 ? (
        <ul role="list" className="contact-form__points">
          {(direct.points ?? []).map((point) => (
            <li key={point}>
              <svg
                className="contact-form__tick"
                viewBox="0 0 24 24"
                width="18"
                height="18"
                fill="none"
                stroke="currentColor"
                strokeWidth="2.4"
                strokeLinecap="round"
                strokeLinejoin="round"
                aria-hidden="true"
              >
                <path d="m5 12.5 4.5 4.5L19 7.5" />
              </svg>
              <span>{point}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {(direct.places ?? []).map((place) => (
        <address key={place.name} className="contact-form__place">
          <strong>{place.name}</strong>
          {place.address ? <span>{place.address}</span> : null}
          {place.hours ? <span>{place.hours}</span> : null}
          {place.phone ? (
            <a href={`tel:${place.phone.replace(/[^+0-9]/g, '')}`}>{place.phone}</a>
          ) : null}
        </address>
      ))}
    </div>
  );
}

/**
 * Sends the fields to `action`. Without an action it opens the visitor's mail program with the fields
 * as the text of a message, which needs neither a server nor a script.
 */
export default function ContactForm({
  title = '',
  text = '',
  email,
  subject = '',
  action = '',
  fields,
  label = 'Send',
  note = '',
  direct,
}: Props) {
  const mail = `mailto:${email}${subject ? `?subject=${encodeURIComponent(subject)}` : ''}`;
  return (
    <section className="section contact-form" aria-label={title ? undefined : 'Contact'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
          {text ? <p className="section-head__text">{text}</p> : null}
        </div>
      ) : null}
      <div className="contact-form__columns">
        <form
          className="contact-form__form"
          method="post"
          action={action || mail}
          encType={action ? undefined : 'text/plain'}
        >
          {fields.map((field) => (
            <Control key={field.name} field={field} />
          ))}
          <p className="contact-form__send">
            <button type="submit" className="button button--primary">
              {label}
            </button>
            {note ? <span className="contact-form__note">{note}</span> : null}
          </p>
        </form>
        {direct ? <Direct direct={direct} email={email} Title={title ? 'h3' : 'h2'} /> : null}
      </div>
    </section>
  );
}
