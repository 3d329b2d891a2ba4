/** What the Tab key stops at. */
const stops = 'a[href], button, input, select, textarea, summary, [tabindex]';

/** What takes typed letters. */
const typing = 'input:not([type=radio], [type=checkbox], [type=range]), select, textarea';

/** An element on the way from the focus to the page, and what stood beside it. */
interface Step {
  element: Element;
  next: Element | null;
  previous: Element | null;
}

/** Others may put the focus somewhere of their own first: a menu that closes, a screen that opens, ms. */
const patience = 60;

/** Places where the focus was before, as many as are remembered. */
const remembered = 8;

/**
 * Keeps the focus from falling back to the page when the element that has it goes or is switched off: the next one beside it
 * gets it then, or the one before, or what is nearest above; and out of a notice it goes back to where it was. Ends with what it
 * gives back.
 */
export function guardFocus(page: Document): () => void {
  const ended = new AbortController();
  let way: readonly Step[] = [];
  let earlier: readonly Element[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = (): void => {
    if (page.activeElement !== page.body) return;
    const [lost] = way;
    // It is still there: the person pressed beside everything.
    if (lost === undefined || isStop(lost.element) || asTarget(lost.element)) return;
    (survivor(way) ?? earlier.findLast(isStop) ?? page.querySelector('main'))?.focus();
  };
  const checkSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(check, patience);
  };
  // An element that is switched off keeps quiet about losing the focus.
  const watch = new MutationObserver(checkSoon);
  page.addEventListener(
    'focusin',
    ({ target }) => {
      if (!(target instanceof Element)) return;
      clearTimeout(timer);
      const [before] = way;
      if (before) earlier = [...earlier, before.element].slice(-remembered);
      way = wayUp(target);
      watch.disconnect();
      watch.observe(target, { attributes: true, attributeFilter: ['disabled', 'hidden', 'tabindex'] });
    },
    { signal: ended.signal },
  );
  page.addEventListener('focusout', checkSoon, { signal: ended.signal });
  return () => {
    ended.abort();
    watch.disconnect();
    clearTimeout(timer);
  };
}

/** Up to what holds whole screens, in which nothing is near to anything. */
function wayUp(from: Element): Step[] {
  const way: Step[] = [];
  for (let element: Element | null = from; element !== null; element = element.parentElement) {
    if (element.querySelector('main') !== null) break;
    way.push({ element, next: element.nextElementSibling, previous: element.previousElementSibling });
  }
  return way;
}

function survivor([lost, ...above]: readonly Step[]): HTMLElement | undefined {
  if (lost === undefined) return undefined;
  const beside = besides(lost);
  if (beside !== undefined) return beside;
  for (const step of above) {
    const { element } = step;
    const found = element.isConnected ? (firstIn(element) ?? asTarget(element)) : besides(step);
    if (found !== undefined) return found;
  }
  return undefined;
}

const besides = ({ next, previous }: Step): HTMLElement | undefined => firstIn(next) ?? firstIn(previous);

/** Rather a button than a field, which would take the keys of the screen for itself. */
function firstIn(element: Element | null): HTMLElement | undefined {
  const all = stopsIn(element);
  return all.find((each) => !each.matches(typing)) ?? all[0];
}

/** An element that no key stops at, but that takes the focus where a screen gives it. */
const asTarget = (element: Element): HTMLElement | undefined =>
  element instanceof HTMLElement && element.matches('[tabindex]:not(:disabled)') && isSeen(element)
    ? element
    : undefined;

function stopsIn(element: Element | null): HTMLElement[] {
  if (element?.isConnected !== true) return [];
  return [element, ...element.querySelectorAll(stops)].filter(isStop);
}

const isStop = (element: Element): element is HTMLElement =>
  element instanceof HTMLElement &&
  element.matches(stops) &&
  !element.matches(':disabled, [tabindex="-1"]') &&
  isSeen(element);

const isSeen = (element: HTMLElement): boolean =>
  element.isConnected &&
  element.closest('[inert]') === null &&
  element.checkVisibility({ visibilityProperty: true });
