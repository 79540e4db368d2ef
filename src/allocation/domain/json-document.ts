import { step } from './instance.js';

/** A text that is no JSON, or JSON that says two things in one place. */
export class MalformedDocument extends Error {
  constructor(
    readonly fault: 'not_json' | 'repeated_member' | 'too_deep',
    /** Both from 1. */
    readonly line: number,
    readonly column: number,
    /** The member that stands there twice, as a JSON path. */
    readonly path: string | null = null,
  ) {
    super(`${line}:${column}: ${fault}${path === null ? '' : ` (${path})`}`);
    this.name = 'MalformedDocument';
  }
}

/** Nothing that is documented lies deeper than seven levels. */
const DEEPEST = 32;
const SPACE = /[ \t\n\r]*/y;
const PLAIN = String.raw`[^"\\\u0000-\u001f]*`;
const TEXT = new RegExp(String.raw`"${PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})${PLAIN})*"`, 'y');
const SCALAR = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![\w.+-])/y;

/**
 * Reads a JSON document, and refuses one in which a member stands twice: `JSON.parse` would silently take the last, and
 * somebody's wishes would be lost.
 */
export function parseDocument(text: string): unknown {
  new Scanner(text).scan();
  return JSON.parse(text);
}

class Scanner {
  private at = 0;

  constructor(private readonly text: string) {}

  scan(): void {
    this.space();
    this.value([]);
    this.space();
    if (this.at < this.text.length) throw this.fault('not_json');
  }

  private value(path: readonly string[]): void {
    if (path.length > DEEPEST) throw this.fault('too_deep');
    const first = this.text[this.at];
    if (first === '{') this.object(path);
    else if (first === '[') this.list(path);
    else if (!this.take(first === '"' ? TEXT : SCALAR)) throw this.fault('not_json');
  }

  private object(path: readonly string[]): void {
    const seen = new Set<string>();
    for (let more = !this.opens('}'); more; more = this.goesOn('}')) {
      const from = this.at;
      const name = this.take(TEXT);
      if (name === null) throw this.fault('not_json');
      const key = name.includes('\\') ? (JSON.parse(name) as string) : name.slice(1, -1);
      if (seen.has(key)) throw this.fault('repeated_member', from, `$${path.join('')}${step(key)}`);
      seen.add(key);
      this.space();
      if (this.text[this.at] !== ':') throw this.fault('not_json');
      this.at++;
      this.space();
      this.value([...path, step(key)]);
      this.space();
    }
  }

  private list(path: readonly string[]): void {
    const inside = [...path, '[]'];
    for (let more = !this.opens(']'); more; more = this.goesOn(']')) {
      this.value(inside);
      this.space();
    }
  }

  /** Steps over the opening bracket, and over the closing one where nothing lies between. */
  private opens(closing: string): boolean {
    this.at++;
    this.space();
    if (this.text[this.at] !== closing) return false;
    this.at++;
    return true;
  }

  private goesOn(closing: string): boolean {
    const next = this.text[this.at];
    if (next !== ',' && next !== closing) throw this.fault('not_json');
    this.at++;
    if (next === ',') this.space();
    return next === ',';
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at = pattern.lastIndex;
    return found;
  }

  private fault(
    fault: MalformedDocument['fault'],
    at = this.at,
    path: string | null = null,
  ): MalformedDocument {
    const before = this.text.slice(0, at);
    const line = before.split('\n').length;
    return new MalformedDocument(fault, line, at - before.lastIndexOf('\n'), path);
  }
}
