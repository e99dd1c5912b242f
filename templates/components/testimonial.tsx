interface Props {
  quote: string;
  name: string;
  role?: string;
  picture?: { src: string; alt: string; width: number; height: number };
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words[words.length - 1] : ''];
  return letters.map((word) => (word ? Array.from(word)[0] : '')).join('');
}

export default function Testimonial({ quote, name, role = '', picture }: Props) {
  return (
    <section className="section testimonial" aria-label={`What ${name} says`}>
      <figure className={`testimonial__figure${picture ? ' testimonial__figure--picture' : ''}`}>
        {picture ? (
          <img
            className="testimonial__picture"
            src={picture.src}
            alt={picture.alt}
            width={picture.width}
            height={picture.height}
            loading="lazy"
          />
        ) : null}
        <svg className="testimonial__mark" viewBox="0 0 48 36" width="48" height="36" aria-hidden="true">
          <path
            fill="currentColor"
            d="M0 36V22C0 9.5 6.5 2 19 0l1.5 5.5C13.5 7.5 10.5 11 10.5 17H20v19H0Zm27 0V22C27 9.5 33.5 2 46 0l1.5 5.5C40.5 7.5 37.5 11 37.5 17H47v19H27Z"
          />
        </svg>
        <blockquote className="testimonial__quote">
          <p>{quote}</p>
        </blockquote>
        <figcaption className="testimonial__person">
          {picture ? null : (
            <span className="testimonial__avatar" aria-hidden="true">
              {initials(name)}
            </span>
          )}
          <span>
            <span className="testimonial__name">{name}</span>
            {role ? <span className="testimonial__role">{role}</span> : null}
          </span>
        </figcaption>
      </figure>
    </section>
  );
}
