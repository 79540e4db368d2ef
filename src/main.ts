import './platform/process/young-garbage.js';

// Only now: what is loaded makes its first things, and they are to be made as the process was told.
const { start } = await import('./start.js');
await start();
