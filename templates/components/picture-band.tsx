interface Props {
  title: string;
  text?: string;
  picture: { src: string; alt: string; width: number; height: number };
}

export default function PictureBand({ title, text = '', picture }: Props) {
  return (
    <section className="section picture-band">
      <img
        className="picture-band__picture"
        src={picture.src}
        alt={picture.alt}
        width={picture.width}
        height={picture.height}
        loading="lazy"
      />
      <div className="picture-band__panel">
        <h2 className="picture-band__title">{title}</h2>
        {text ? <p className="picture-band__text">{text}</p> : null}
      </div>
    </section>
  );
}
