/** Thrown where a request is answered with another place before its handler could run. */
export class Detour extends Error {
  constructor(readonly path: string) {
    super('detour');
    this.name = 'Detour';
  }
}
