import { describe, expect, it } from '@jest/globals';
import { bridgePicture } from './bridge-picture.js';
import type { BridgeModel, BridgeStation, BridgeWords } from './bridge-picture.js';

const words: BridgeWords = {
  home: 'Home side',
  host: 'Host side',
  since: 'since %date%',
  until: 'until %date%',
};

function station(given: Partial<BridgeStation> = {}): BridgeStation {
  return { key: 'k', label: 'Nominated', state: 'ahead', side: 'home', ...given };
}

function model(stations: readonly BridgeStation[], given: Partial<BridgeModel> = {}): BridgeModel {
  return { label: 'Where the file is', home: 'Belgrade', host: 'Moscow', language: 'en', stations, ...given };
}

/** The words of a picture as one reads them, line breaks undone. */
function read(markup: string): string {
  return markup.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

function places(markup: string): readonly { x: number; y: number }[] {
  return [...markup.matchAll(/translate\((-?[\d.]+) (-?[\d.]+)\)/g)].map(([, x, y]) => ({
    x: Number(x),
    y: Number(y),
  }));
}

describe('the bridge', () => {
  it('says who has the file, since when and until when, in both forms', () => {
    const picture = bridgePicture(
      model([
        station({ state: 'passed', label: 'Submitted' }),
        station({ state: 'waiting', who: 'Ana Ilić', since: '3 March', until: '17 March' }),
      ]),
      words,
    );
    for (const markup of [picture.svg, picture.svgUpright]) {
      expect(read(markup)).toContain('Ana Ilić since 3 March · until 17 March');
      expect(read(markup)).toContain('Belgrade');
      expect(read(markup)).toContain('Moscow');
    }
  });

  it('lets no text of a user become markup', () => {
    const evil = '<script>"&\'';
    const picture = bridgePicture(
      model([station({ state: 'waiting', label: evil, who: evil, since: evil, until: evil })], {
        home: evil,
        host: evil,
      }),
      words,
    );
    for (const markup of [picture.svg, picture.svgUpright]) {
      expect(markup).not.toContain('<script');
      expect(markup).toContain('&lt;script&gt;&quot;&amp;&#39;');
    }
  });

  it('keeps a date that looks like a replacement pattern as it is', () => {
    const picture = bridgePicture(model([station({ state: 'waiting', until: '$& 1' })]), words);
    expect(picture.svg).toContain('until $&amp; 1');
  });

  it('sets the stones from the home pier to the host pier, upright from the top down', () => {
    const stations = Array.from({ length: 9 }, (_value, index) => station({ key: String(index) }));
    const picture = bridgePicture(model(stations), words);
    const across = places(picture.svg).map(({ x }) => x);
    const down = places(picture.svgUpright).map(({ y }) => y);
    expect(across).toHaveLength(9);
    expect([...across].sort((a, b) => a - b)).toEqual(across);
    expect([...down].sort((a, b) => a - b)).toEqual(down);
  });

  it('arches: the middle stone stands higher than the outer ones', () => {
    const [first, middle, last] = places(bridgePicture(model([station(), station(), station()]), words).svg);
    expect(middle?.y).toBeLessThan(first?.y ?? 0);
    expect(first?.y).toBeCloseTo(last?.y ?? 0, 1);
  });

  it('walks only as far as the exchange has come', () => {
    expect(bridgePicture(model([station(), station()]), words).svg).not.toContain('bp-walked');
    expect(bridgePicture(model([station({ state: 'passed' }), station()]), words).svg).toContain('bp-walked');
  });

  it('gives each state a shape of its own', () => {
    const shapes = (['passed', 'waiting', 'ahead', 'divergent', 'refused'] as const).map((state) => {
      const { svg } = bridgePicture(model([station({ state })]), words);
      return /<g transform[^>]*>(.*?)<\/g>/.exec(svg)?.[1]?.replace(/class="[^"]*"/g, '');
    });
    expect(new Set(shapes).size).toBe(5);
  });

  it('keeps cards of parallel decisions apart and between the piers', () => {
    const who = 'Министерство науки и высшего образования';
    const both = [
      ...Array.from({ length: 7 }, () => station({ state: 'passed' })),
      station({ state: 'waiting', who }),
      station({ state: 'waiting', who }),
    ];
    const cards = [
      ...bridgePicture(model(both), words).svg.matchAll(
        /<rect class="bp-card[^"]*" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g,
      ),
    ].map(([, x, width]) => ({ from: Number(x), to: Number(x) + Number(width) }));
    expect(cards).toHaveLength(2);
    expect(cards[0]?.to).toBeLessThan(cards[1]?.from ?? 0);
    expect(cards[1]?.to).toBeLessThanOrEqual(974);
  });

  it('fits a whole name of 150 letters into the upright picture, and shortens what is longer still', () => {
    const home =
      'Федеральное государственное бюджетное образовательное учреждение высшего образования «Московский государственный университет имени М. В. Ломоносова»';
    const { svgUpright } = bridgePicture(model([station()], { home, language: 'ru' }), words);
    expect(read(svgUpright)).toContain(home);
    const lines = [...svgUpright.matchAll(/<tspan[^>]*>([^<]*)<\/tspan>/g)].map(([, line]) => line ?? '');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(45);
    const longer = bridgePicture(
      model([station()], { home: `${home} ${home} ${home}`, language: 'ru' }),
      words,
    );
    expect(longer.svgUpright).toContain('…</tspan>');
  });

  it('uses no inline style, which the content policy would drop', () => {
    const { svg, svgUpright } = bridgePicture(
      model([station({ state: 'passed' }), station({ state: 'divergent' })]),
      words,
    );
    expect(svg + svgUpright).not.toMatch(/\sstyle=/);
  });
});
