const BAR = 30;

/**
 * Shows how far a command is, on standard error: on a terminal one line that is written over, in a log only its end.
 * @param quietFor milliseconds within which nothing is shown, so that what is done at once says nothing
 */
export function progressBar(note: (text: string) => void, quietFor = 0) {
  const began = performance.now();
  let shown = '';
  return (share: number, doing: string): void => {
    if (performance.now() - began < quietFor) return;
    const full = Math.round(share * BAR);
    const line = `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${Math.round(share * 100)} % ${doing}`;
    if (line === shown) return;
    shown = line;
    if (process.stderr.isTTY) note(`\r\u001B[2K${line}${share === 1 ? '\n' : ''}`);
    else if (share === 1) note(`${line}\n`);
  };
}
