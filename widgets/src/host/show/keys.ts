/** The panel's single-key shortcuts. They can be switched off: speech input and shaky hands press keys unmeant. */
import { browserDrawer } from "../../wire/keys.js";

export interface Shortcut {
  key: string;
  words: string;
  act: () => void;
}

const OFF = "proofcast:shortcuts-off";
const drawer = browserDrawer("localStorage");

export const shortcutsOn = (): boolean => drawer.get(OFF) !== "1";
export const setShortcuts = (on: boolean): void => (on ? drawer.remove(OFF) : drawer.set(OFF, "1"));

/** True where letters are text: a key is then not for us. */
function typing(event: KeyboardEvent): boolean {
  return event.composedPath().some((one) => {
    if (!(one instanceof HTMLElement)) return false;
    if (one instanceof HTMLInputElement) return !["radio", "checkbox", "button"].includes(one.type);
    return one.isContentEditable || one instanceof HTMLTextAreaElement || one instanceof HTMLSelectElement || one instanceof HTMLDialogElement;
  });
}

export function onShortcuts(shortcuts: () => readonly Shortcut[]): () => void {
  const heard = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event)) return;
    const found = shortcuts().find((one) => one.key.toLowerCase() === event.key.toLowerCase());
    if (!found || (found.key !== "?" && !shortcutsOn())) return;
    event.preventDefault();
    found.act();
  };
  addEventListener("keydown", heard);
  return () => removeEventListener("keydown", heard);
}
