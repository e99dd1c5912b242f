import { useState } from 'react';
import type { CSSProperties } from 'react';

interface Addon {
  label: string;
  price: number;
}

interface Props {
  title?: string;
  currency?: string;
  basePrice: number;
  perShopper: number;
  marketMultiplier?: number;
  addons?: Addon[];
  href?: string;
  label?: string;
  included?: string[];
}

const signs: Record<string, string> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹' };
const marketCounts = [1, 2, 3, 4, 5, 6, 8, 10, 12];

/** Formats without `Intl`, so that server and browser print the same characters. */
function money(value: number, currency: string): string {
  const digits = String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = signs[currency] ?? (/^[A-Z]{3}$/.test(currency) ? '' : currency);
  return sign ? `${sign}${digits}` : `${digits} ${currency}`.trim();
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

interface SliderProps {
  id: string;
  label: string;
  value: number;
  text: string;
  min: number;
  max: number;
  step: number;
  change: (value: number) => void;
}

function Slider({ id, label, value, text, min, max, step, change }: SliderProps) {
  return (
    <div className="pricing-calculator__field">
      <label htmlFor={id}>{label}</label>
      <output className="pricing-calculator__amount" htmlFor={id}>
        {value}
      </output>
      <input
        id={id}
        className="pricing-calculator__slider"
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        style={{ '--fill': `${((value - min) / (max - min)) * 100}%` } as CSSProperties}
        onChange={(event) => change(Number(event.target.value))}
      />
    </div>
  );
}

export default function PricingCalculator({
  title = '',
  currency = 'USD',
  basePrice,
  perShopper,
  marketMultiplier = 1,
  addons = [],
  href = '',
  label = 'Get a quote',
  included = [],
}: Props) {
  const [concepts, setConcepts] = useState(3);
  const [shoppers, setShoppers] = useState(150);
  const [markets, setMarkets] = useState(1);
  const [chosen, setChosen] = useState<number[]>([]);

  const fieldwork = concepts * shoppers * perShopper;
  const furtherMarkets = fieldwork * marketMultiplier * (markets - 1);
  const extras = chosen.reduce((sum, index) => sum + (addons[index]?.price ?? 0), 0);
  const total = basePrice + fieldwork + furtherMarkets + extras;
  const toggle = (index: number) =>
    setChosen((before) =>
      before.includes(index) ? before.filter((other) => other !== index) : [...before, index],
    );
  const lines: [string, number][] = [
    ['Study set-up', basePrice],
    [`${plural(concepts, 'concept')} × ${plural(shoppers, 'shopper')}`, fieldwork],
  ];
  if (markets > 1) lines.push([plural(markets - 1, 'further market'), furtherMarkets]);
  if (extras > 0) lines.push([plural(chosen.length, 'add-on'), extras]);

  return (
    <section className="section pricing-calculator" aria-label={title ? undefined : 'Price'}>
      {title ? (
        <div className="section-head">
          <h2 className="section-head__title">{title}</h2>
        </div>
      ) : null}
      <div className="pricing-calculator__panel">
        <form className="pricing-calculator__form" onSubmit={(event) => event.preventDefault()}>
          <Slider
            id="pricing-calculator-concepts"
            label="Concepts to test"
            value={concepts}
            text={plural(concepts, 'concept')}
            min={1}
            max={12}
            step={1}
            change={setConcepts}
          />
          <Slider
            id="pricing-calculator-shoppers"
            label="Shoppers per concept"
            value={shoppers}
            text={plural(shoppers, 'shopper')}
            min={50}
            max={500}
            step={25}
            change={setShoppers}
          />
          <div className="pricing-calculator__field">
            <label htmlFor="pricing-calculator-markets">Markets</label>
            <select
              id="pricing-calculator-markets"
              className="pricing-calculator__select"
              value={markets}
              onChange={(event) => setMarkets(Number(event.target.value))}
            >
              {marketCounts.map((count) => (
                <option key={count} value={count}>
                  {plural(count, 'market')}
                </option>
              ))}
            </select>
          </div>
          {addons.length > 0 ? (
            <fieldset className="pricing-calculator__addons">
              <legend>Add-ons</legend>
              {addons.map((addon, index) => (
                <label key={addon.label} className="pricing-calculator__addon">
                  <input
                    type="checkbox"
                    checked={chosen.includes(index)}
                    onChange={() => toggle(index)}
                  />
                  <span>{addon.label}</span>
                  <span className="pricing-calculator__addon-price">
                    +{money(addon.price, currency)}
                  </span>
                </label>
              ))}
            </fieldset>
          ) : null}
        </form>
        <div className="pricing-calculator__result">
          <p className="pricing-calculator__result-label">Estimated price</p>
          <p className="pricing-calculator__total" aria-live="polite" aria-atomic="true">
            {money(total, currency)}
          </p>
          <dl className="pricing-calculator__lines">
            {lines.map(([name, amount]) => (
              <div key={name} className="pricing-calculator__line">
                <dt>{name}</dt>
                <dd>{money(amount, currency)}</dd>
              </div>
            ))}
          </dl>
          <p className="pricing-calculator__each">
            {money(total / (concepts * shoppers * markets), currency)} for each shopper who sees a
            concept
          </p>
          {included.length > 0 ? (
            <ul role="list" className="pricing-calculator__included" aria-label="Included">
              {included.map((part) => (
                <li key={part}>{part}</li>
              ))}
            </ul>
          ) : null}
          {href ? (
            <a className="button button--primary pricing-calculator__button" href={href}>
              {label}
            </a>
          ) : null}
        </div>
      </div>
    </section>
  );
}
