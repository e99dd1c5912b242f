import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { SiteContext } from "robbieblocks";

/** Hydrates the server's HTML inside `element`; the first render equals the server's. */
export function hydrate(element, Component) {
  const { props, context, prefix } = JSON.parse(element.dataset.island);
  hydrateRoot(
    element,
    createElement(SiteContext.Provider, { value: context }, createElement(Component, props)),
    {
      identifierPrefix: prefix,
      onRecoverableError(error) {
        console.error(`island ${element.dataset.component}: ${error.message}`);
      },
    },
  );
  element.dataset.hydrated = "";
}
