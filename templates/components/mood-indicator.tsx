import { useState } from 'react';

interface Props {
  title?: string;
  mood?: number | string;
}

const moods = [
  { name: 'calm', text: 'Breathing slowly and listening.' },
  { name: 'relaxed', text: 'No hurry. Ask me anything.' },
  { name: 'focused', text: 'One thing at a time, done well.' },
  { name: 'professional', text: 'Here are the figures and what they mean.' },
  { name: 'energetic', text: 'Plenty to do today, so let us start.' },
  { name: 'excited', text: 'These results are worth a look!' },
  { name: 'hyper', text: 'Everything at once, please!' },
];

function levelOf(mood: number | string): number {
  const named = moods.findIndex(({ name }) => name === String(mood).toLowerCase());
  const level = named >= 0 ? named + 1 : Math.round(Number(mood));
  return level >= 1 && level <= moods.length ? level : 4;
}

function Face({ level }: { level: number }) {
  const eye = 2.4 + level * 0.35;
  const smile = 33 + level * 2.4;
  return (
    <svg className="mood-indicator__face" viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">
      <rect className="mood-indicator__head" x="4" y="10" width="56" height="46" rx="16" />
      <path className="mood-indicator__stroke" d={`M32 10V${7 - level * 0.4}`} />
      <circle className="mood-indicator__spark" cx="32" cy={6 - level * 0.3} r="3" />
      {level <= 2 ? (
        <path className="mood-indicator__stroke" d="M17 30q5 4 10 0M37 30q5 4 10 0" />
      ) : (
        <>
          <circle className="mood-indicator__eye" cx="22" cy="29" r={eye} />
          <circle className="mood-indicator__eye" cx="42" cy="29" r={eye} />
        </>
      )}
      {level >= 6 ? (
        <path className="mood-indicator__eye" d={`M21 40h22Q32 ${smile + 14} 21 40Z`} />
      ) : (
        <path className="mood-indicator__stroke" d={`M22 42q10 ${smile - 34} 20 0`} />
      )}
    </svg>
  );
}

export default function MoodIndicator({ title = 'Robbie’s mood', mood = 4 }: Props) {
  const [level, setLevel] = useState(levelOf(mood));
  const { name, text } = moods[level - 1]!;
  return (
    <section className="section mood-indicator" aria-label={title}>
      <div className={`card mood-indicator__card mood-indicator__card--${name}`}>
        <Face level={level} />
        <div>
          <h2 className="mood-indicator__title">{title}</h2>
          <p className="mood-indicator__now" aria-live="polite">
            <strong className="mood-indicator__name">{name}</strong> {text}
          </p>
        </div>
        <div className="mood-indicator__scale" role="group" aria-label="Choose a mood">
          {moods.map((item, index) => (
            <button
              key={item.name}
              type="button"
              className="mood-indicator__button"
              aria-pressed={index + 1 === level}
              aria-label={`${index + 1}: ${item.name}`}
              onClick={() => setLevel(index + 1)}
            >
              {index + 1}
            </button>
          ))}
        </div>
        <p className="mood-indicator__ends" aria-hidden="true">
          <span>calm</span>
          <span>hyper</span>
        </p>
      </div>
    </section>
  );
}
