/** Injection token of the `Clock` that requests are given. */
export const HTTP_CLOCK = Symbol('HTTP_CLOCK');
