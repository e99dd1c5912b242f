import type { DocumentProps, Preload } from 'robbieblocks';

const iconTypes: Record<string, string> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
};

function iconType(href: string): string | undefined {
  return iconTypes[href.split('.').pop()?.toLowerCase() ?? ''];
}

/** All scripts of a site are modules, and only `modulepreload` preloads modules. */
function isModule(preload: Preload): boolean {
  return preload.as === 'modulepreload' || preload.as === 'script';
}

export default function Document({ page, node, head, children }: DocumentProps) {
  return (
    <html lang={head.language} data-theme={node.theme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={node.theme === 'dark' ? 'dark light' : 'light dark'} />
        <title>{head.documentTitle}</title>
        {head.description ? <meta name="description" content={head.description} /> : null}
        {head.robots ? <meta name="robots" content={head.robots} /> : null}
        {head.canonical ? <link rel="canonical" href={head.canonical} /> : null}
        <meta property="og:type" content="website" />
        <meta property="og:title" content={head.title} />
        {head.description ? <meta property="og:description" content={head.description} /> : null}
        {head.canonical ? <meta property="og:url" content={head.canonical} /> : null}
        <meta property="og:site_name" content={head.siteName} />
        {head.image ? <meta property="og:image" content={head.image} /> : null}
        <meta name="twitter:card" content={head.image ? 'summary_large_image' : 'summary'} />
        {node.favicon ? (
          <link rel="icon" href={node.favicon} type={iconType(node.favicon)} />
        ) : null}
        {head.preloads.map((preload) =>
          isModule(preload) ? (
            <link key={preload.href} rel="modulepreload" href={preload.href} />
          ) : (
            <link
              key={preload.href}
              rel="preload"
              href={preload.href}
              as={preload.as}
              type={preload.type ?? undefined}
              crossOrigin={preload.crossOrigin ? 'anonymous' : undefined}
            />
          ),
        )}
        {head.styles.map((href) => (
          <link key={href} rel="stylesheet" href={href} />
        ))}
        {head.modules.map((href) => (
          <script key={href} type="module" src={href} />
        ))}
      </head>
      <body data-app={page.app}>
        <a className="skip-link" href="#main">
          Skip to content
        </a>
        {children}
      </body>
    </html>
  );
}
