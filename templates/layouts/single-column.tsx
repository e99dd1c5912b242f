import type { LayoutProps } from 'robbieblocks';

export default function Layout({ zones }: LayoutProps) {
  return (
    <div className="layout layout--single-column">
      {zones.header ? <header className="layout__header">{zones.header}</header> : null}
      <div className="layout__body">
        <main id="main" className="layout__main" tabIndex={-1}>
          {zones.main}
        </main>
        {zones.sidebar ? (
          <aside className="layout__sidebar" aria-label="Section">
            {zones.sidebar}
          </aside>
        ) : null}
      </div>
      {zones.footer ? <footer className="layout__footer">{zones.footer}</footer> : null}
      {zones.overlay ? (
        <aside className="layout__overlay" aria-label="Notices">
          {zones.overlay}
        </aside>
      ) : null}
    </div>
  );
}
