import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../../shared/domain-error.js';
import { PagePainter } from '../rendering/page-painter.js';
import type { UploadView } from './uploads.js';

/** Types that a page shows as they are. */
const PICTURES = ['image/jpeg', 'image/png'];

/** A page of a file as a picture. */
export interface Picture {
  readonly content: Buffer | Readable;
  readonly mediaType: string;
}

/** Shows files that people gave inside a page: their pages as pictures. Who may see them is decided by the caller. */
@Injectable()
export class Previews {
  constructor(@Inject(PagePainter) private readonly painter: PagePainter) {}

  /** How many pictures there are; none where the file can only be taken. */
  pagesOf({ mediaType, pages }: Pick<UploadView, 'mediaType' | 'pages'>): number {
    if (PICTURES.includes(mediaType)) return 1;
    return mediaType === 'application/pdf' ? (pages ?? 0) : 0;
  }

  /** @throws DomainError `not_found` where there is no such page, `unavailable` where it cannot be shown */
  async page(
    file: Pick<UploadView, 'mediaType' | 'pages'> & { readonly content: () => Promise<Readable> },
    page: number,
  ): Promise<Picture> {
    if (!Number.isInteger(page) || page < 1 || page > this.pagesOf(file)) throw new DomainError('not_found');
    if (PICTURES.includes(file.mediaType))
      return { content: await file.content(), mediaType: file.mediaType };
    const pdf = await buffer(await file.content());
    return { content: await this.painter.paint(pdf, page), mediaType: 'image/svg+xml' };
  }
}
