/** What every layout and component can ask about the site it is rendered in. */
declare module 'robbieblocks' {
  import type { ReactNode } from 'react';

  export type ThemeName = 'dark' | 'light' | 'professional';

  export interface Page {
    key: string;
    route: string;
    title: string;
    description: string;
    app: string;
    /** ISO 8601, UTC. */
    updatedAt: string;
    metadata: Record<string, unknown>;
  }

  export interface Node {
    id: string;
    name: string;
    theme: ThemeName;
    tagline: string;
    logo: string | null;
    favicon: string | null;
    metadata: Record<string, unknown>;
  }

  export interface MenuItem {
    label: string;
    route: string;
    app: string;
  }

  export type PageSummary = Pick<Page, 'key' | 'route' | 'title' | 'description' | 'app'>;

  export interface Zones {
    header: ReactNode | null;
    sidebar: ReactNode | null;
    main: ReactNode | null;
    footer: ReactNode | null;
    overlay: ReactNode | null;
  }

  export interface LayoutProps {
    page: Page;
    node: Node;
    menu: MenuItem[];
    zones: Zones;
  }

  export interface Preload {
    href: string;
    /** `modulepreload` for a script of the site, else what the browser calls the resource. */
    as: string;
    type: string | null;
    crossOrigin: boolean;
  }

  export interface Head {
    title: string;
    description: string;
    canonical: string | null;
    siteName: string;
    image: string | null;
    language: string;
    /** Stylesheets, in cascade order. */
    styles: string[];
    /** Module scripts; empty on a page without an island. */
    modules: string[];
    preloads: Preload[];
  }

  export interface DocumentProps {
    page: Page;
    node: Node;
    head: Head;
    children: ReactNode;
  }

  export function usePage(): Page;
  export function useNode(): Node;
  /** Pages whose metadata carries a `menu` label, in menu order. */
  export function useMenu(): MenuItem[];
  /** Published pages of this node, of one app when it is named, sorted by route. */
  export function usePages(app?: string): PageSummary[];
}
