import { createContext, useContext } from "react";

/** The context of a block; set where the block is rendered. */
export const SiteContext = createContext({
  page: null, node: null, menu: [], pages: [], headings: [],
});

/** The page of the block: { key, route, title, description, app, updatedAt, metadata }. */
export function usePage() {
  return useContext(SiteContext).page;
}

/** The site: { id, name, theme, tagline, logo, favicon, metadata }. */
export function useNode() {
  return useContext(SiteContext).node;
}

/** The site's menu: [{ label, route, app }]. */
export function useMenu() {
  return useContext(SiteContext).menu;
}

/** The site's pages, or those of one app: [{ key, route, title, description, app, order }]. */
export function usePages(app) {
  const { pages } = useContext(SiteContext);
  return app ? pages.filter((page) => page.app === app) : pages;
}

/** The headings of the page's Markdown, in order: [{ level, id, text }]. */
export function useHeadings() {
  return useContext(SiteContext).headings;
}
