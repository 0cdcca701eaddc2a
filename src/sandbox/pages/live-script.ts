/**
 * Keeps the marked parts of a page fresh. Pages are whole without it. It leaves alone what somebody is
 * writing into or has selected, waits while the tab is hidden, and says when the sandbox is gone.
 */
export const LIVE_SCRIPT = `
'use strict';
(() => {
  const EVERY_MS = 2000;
  const button = document.getElementById('live');
  if (!button || !document.querySelector('[data-live]')) return;
  let isOn = true;
  const show = (text) => {
    button.hidden = false;
    button.setAttribute('aria-pressed', String(isOn));
    button.textContent = text;
  };
  button.addEventListener('click', () => {
    isOn = !isOn;
    show(isOn ? 'Live' : 'Paused');
  });
  const isInUse = (part) => {
    const selection = document.getSelection();
    const isSelected = selection && !selection.isCollapsed && part.contains(selection.anchorNode);
    return isSelected || (part.contains(document.activeElement) && document.activeElement.matches('input, select, textarea'));
  };
  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of document.querySelectorAll('[data-live]')) {
      const next = fresh.getElementById(part.id);
      if (next && next.innerHTML !== part.innerHTML && !isInUse(part)) part.replaceChildren(...next.childNodes);
    }
  };
  const turn = async () => {
    if (isOn && !document.hidden) {
      try {
        await refresh();
        show('Live');
      } catch {
        show('The sandbox does not answer');
      }
    }
    setTimeout(turn, EVERY_MS);
  };
  show('Live');
  setTimeout(turn, EVERY_MS);
})();
`.trim();
