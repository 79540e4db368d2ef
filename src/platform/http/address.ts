/** Whether a machine asks: its answers are JSON, its sign-in is a token, and sessions mean nothing to it. */
export function isApi(request: { readonly url: string }): boolean {
  return request.url.startsWith('/api/');
}

export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}

/** Whether the method can change something (RFC 9110, 9.2.1). */
export function isUnsafe(method: string): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(method);
}
