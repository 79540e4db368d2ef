const MOST_HOPS = 15;

export interface Answer {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

/** As much of a browser as HTTP needs: cookies for each host, redirects, forms, and the headers that tell where it stands. */
export class Browser {
  private readonly jars = new Map<string, Map<string, string>>();
  /** The page that is open. */
  at: string;

  constructor(private readonly home: string) {
    this.at = home;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.ask(new URL(path, this.home).href, { headers });
  }

  /** Sends a form from the open page, as that page's own form would be sent. */
  post(
    path: string,
    fields: Readonly<Record<string, string>> | FormData | URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const body =
      fields instanceof FormData || fields instanceof URLSearchParams ? fields : new URLSearchParams(fields);
    return this.ask(new URL(path, this.home).href, {
      method: 'POST',
      body,
      headers: { 'sec-fetch-site': 'same-origin', origin: new URL(this.at).origin, ...headers },
    });
  }

  /** Goes on until a page opens. */
  async follow(answer: Answer): Promise<Answer> {
    let current = answer;
    for (let hop = 0; current.status >= 300 && current.status < 400; hop++) {
      if (hop === MOST_HOPS) throw new Error(`too many redirects at ${current.url}`);
      current = await this.ask(new URL(current.headers.get('location') ?? '/', current.url).href, {});
    }
    this.at = current.url;
    return current;
  }

  async open(path: string): Promise<Answer> {
    return this.follow(await this.get(path));
  }

  /** The token of the form on a page. */
  token(page: Answer): string {
    const found = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1];
    if (!found) throw new Error(`no form's token on ${page.url}:\n${page.body}`);
    return found;
  }

  async signIn(provider: string, email: string, password: string, back = '/'): Promise<Answer> {
    const form = await this.open(`/sign-in/${provider}?return=${encodeURIComponent(back)}`);
    // Whom the provider still knows it asks nothing.
    if (new URL(form.url).host === new URL(this.home).host) return form;
    const answer = await this.post(form.url, { email, password });
    return this.follow(answer);
  }

  /** Forgets every other site, as if somebody had signed out at the provider. */
  forgetProviders(): void {
    for (const host of this.jars.keys()) if (host !== new URL(this.home).host) this.jars.delete(host);
  }

  cookie(name: string): string | undefined {
    return this.jar(this.home).get(name);
  }

  /** The cookies for this site as one header, for requests that no form sends. */
  get cookies(): string {
    return [...this.jar(this.home)].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  setCookie(name: string, value: string): void {
    this.jar(this.home).set(name, value);
  }

  private async ask(url: string, init: RequestInit): Promise<Answer> {
    const cookies = [...this.jar(url)].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers(init.headers);
    if (cookies) headers.set('cookie', cookies);
    if (new URL(this.at).host === new URL(url).host) headers.set('referer', this.at);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(url, line);
    return { status: response.status, url, headers: response.headers, body: await response.text() };
  }

  private keep(url: string, line: string): void {
    const [pair = ''] = line.split(';');
    const name = pair.slice(0, pair.indexOf('='));
    const gone = /expires=Thu, 01 Jan 1970|max-age=0/i.test(line);
    if (gone) this.jar(url).delete(name);
    else this.jar(url).set(name, pair.slice(pair.indexOf('=') + 1));
  }

  private jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.jars.get(host) ?? new Map<string, string>();
    this.jars.set(host, jar);
    return jar;
  }
}
