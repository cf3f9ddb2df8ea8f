// Light, dark, or as the system says. The choice is no secret and outlives the tab.

const kept = 'orders.theme';
const order = ['system', 'light', 'dark'];

function apply(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document.getElementById('theme').setAttribute('aria-label', `Colours: ${theme === 'system' ? 'as the system' : theme}`);
}

export function startTheme() {
  let theme = localStorage.getItem(kept) ?? 'system';
  apply(theme);
  document.getElementById('theme').addEventListener('click', () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    localStorage.setItem(kept, theme);
    apply(theme);
  });
}
