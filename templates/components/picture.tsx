interface Props {
  picture: { src: string; alt: string; width: number; height: number };
  caption?: string;
}

export default function Picture({ picture, caption = '' }: Props) {
  return (
    <figure className="picture">
      <img
        className="picture__image"
        src={picture.src}
        alt={picture.alt}
        width={picture.width}
        height={picture.height}
        loading="lazy"
      />
      {caption ? <figcaption className="picture__caption">{caption}</figcaption> : null}
    </figure>
  );
}
