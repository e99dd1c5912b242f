import * as React from "react";
export { React };
export {
  Children, Component, Fragment, Suspense, cloneElement, createContext, createElement, createRef,
  forwardRef, isValidElement, lazy, memo, startTransition, useCallback, useContext,
  useDebugValue, useDeferredValue, useEffect, useId, useImperativeHandle, useInsertionEffect,
  useLayoutEffect, useMemo, useReducer, useRef, useState, useSyncExternalStore, useTransition,
} from "react";
export { useHeadings, useMenu, useNode, usePage, usePages } from "robbieblocks";
