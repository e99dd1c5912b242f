import { useState } from 'react';
import { Face, type Personality, moodLevel, moods, usePersonality } from 'robbieblocks/robbie';

interface Props {
  title?: string;
  /** The mood to show; by default the node's current one. */
  mood?: number | string;
  /** Whether to show mode, energy and so on, for staff rather than visitors. */
  readings?: boolean;
}

function Scale({ level }: { level: number }) {
  return (
    <div
      className="mood-indicator__scale"
      role="img"
      aria-label={`Mood ${level} of ${moods.length}, from calm to hyper`}
    >
      {moods.map((item, index) => (
        <span
          key={item.name}
          className="mood-indicator__step"
          data-now={index + 1 === level || undefined}
        >
          {index + 1}
        </span>
      ))}
    </div>
  );
}

/** The other parts of the node's state, as far as they are known. */
function Readings({ personality }: { personality: Personality }) {
  const { mode, gandhiGenghis, energy, focus } = personality;
  const readings: [string, string | null][] = [
    ['Mode', mode],
    ['Gandhi to Genghis', gandhiGenghis === null ? null : `${gandhiGenghis} of 10`],
    ['Energy', energy === null ? null : `${energy}%`],
    ['Focus', focus === null ? null : `${focus}%`],
  ];
  const known = readings.filter(([, value]) => value);
  if (known.length === 0) return null;
  return (
    <dl className="mood-indicator__readings">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export default function MoodIndicator({ title = 'Robbie’s mood', mood, readings = false }: Props) {
  const isLive = mood === undefined;
  const [chosen, setChosen] = useState(moodLevel(mood));
  const personality = usePersonality(isLive ? 'live' : 'none');
  const level = isLive ? (personality?.mood ?? 4) : chosen;
  const { name, text } = moods[level - 1]!;
  return (
    <section className="section mood-indicator" aria-label={title}>
      <div className={`card mood-indicator__card mood-indicator__card--${name}`}>
        <Face level={level} className="mood-indicator__face" />
        <div>
          <h2 className="mood-indicator__title">{title}</h2>
          <p className="mood-indicator__now" aria-live="polite">
            <strong className="mood-indicator__name">{name}</strong> {text}
          </p>
        </div>
        {isLive ? (
          <Scale level={level} />
        ) : (
          <div className="mood-indicator__scale" role="group" aria-label="Choose a mood">
            {moods.map((item, index) => (
              <button
                key={item.name}
                type="button"
                className="mood-indicator__button"
                aria-pressed={index + 1 === level}
                aria-label={`${index + 1}: ${item.name}`}
                onClick={() => setChosen(index + 1)}
              >
                {index + 1}
              </button>
            ))}
          </div>
        )}
        <p className="mood-indicator__ends" aria-hidden="true">
          <span>calm</span>
          <span>hyper</span>
        </p>
        {readings && personality ? <Readings personality={personality} /> : null}
      </div>
    </section>
  );
}
