/** On a phone the navigation is one line that is drawn aside: the page that one is on comes into sight in it. */
export function showWhereOneIs(list) {
  const here = list.querySelector('[aria-current]');
  if (!here) return;
  // Not `scrollIntoView`: it may move the page as well.
  const overhang = here.getBoundingClientRect().right - list.getBoundingClientRect().right;
  if (overhang > 0) list.scrollLeft += overhang + 40;
}
