/** The filters are open beside the list on a wide screen and a closed drawer on a narrow one. */
export function filterDrawer(drawer) {
  const wide = window.matchMedia('(min-width: 56.25em)');
  const follow = () => {
    drawer.open = wide.matches;
  };
  wide.addEventListener('change', follow);
  follow();
}
