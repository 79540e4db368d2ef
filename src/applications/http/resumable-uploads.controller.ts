import { rm } from 'node:fs/promises';
import { Controller, Delete, Head, Inject, Options, Param, Patch, Post } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.js';
import { CHUNK_TYPE } from '../../platform/http/chunk.js';
import { STATUS } from '../../platform/http/error-status.js';
import { uploadFolder } from '../../platform/http/multipart.js';
import { answerHeaders } from '../../platform/http/page.js';
import type { HeadersResult } from '../../platform/http/page.js';
import { Limited } from '../../platform/http/rate-limits.js';
import { Can, Public } from '../../platform/http/route-access.js';
import { Web } from '../../platform/http/web.decorator.js';
import type { WebRequest } from '../../platform/http/web-request.js';
import { Translator } from '../../platform/i18n/translator.js';
import { DomainError } from '../../shared/domain-error.js';
import { ResumeUpload } from '../operations/resume-upload.js';
import type { Progress } from '../operations/resume-upload.js';
import { problemWords } from './presenters/present-section.js';

const VERSION = '1.0.0';
const EXTENSIONS = 'creation,termination,checksum,expiration';
const CHECKSUMS = 'sha1,sha256';
const MOST_BYTES = 20 * 1024 * 1024;
/** More in one part would be lost at once where the network breaks. */
const MOST_PART_BYTES = 8 * 1024 * 1024;
/** Statuses of the protocol besides those of every refusal. */
const CREATED = 201;
const NO_CONTENT = 204;
const GONE = 410;
const CHECKSUM_MISMATCH = 460;

/** Documents in parts, by the tus protocol 1.0.0 (core, creation, termination, checksum, expiration). */
@Controller('applications')
export class ResumableUploadsController {
  constructor(
    @Inject(ResumeUpload) private readonly uploads: ResumeUpload,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Translator) private readonly translator: Translator,
  ) {}

  @Options(':id/uploads')
  @Public()
  abilities(): HeadersResult {
    return answerHeaders(NO_CONTENT, {
      'tus-resumable': VERSION,
      'tus-version': VERSION,
      'tus-extension': EXTENSIONS,
      'tus-checksum-algorithm': CHECKSUMS,
      'tus-max-size': String(MOST_BYTES),
    });
  }

  @Post(':id/uploads')
  @Can('application.edit')
  @Limited('upload')
  begin(@Web() web: WebRequest, @Param('id') id: string): Promise<HeadersResult> {
    return this.speak(web, async () => {
      const metadata = readMetadata(web.header('upload-metadata') ?? '');
      const progress = await this.uploads.begin(web.ctx, id, {
        requirement: metadata.get('requirement') ?? '',
        fileName: metadata.get('filename') ?? '',
        length: wholeNumber(web.header('upload-length')),
      });
      return answerHeaders(CREATED, {
        ...told(progress),
        location: `/applications/${id}/uploads/${progress.id}`,
      });
    });
  }

  @Head(':id/uploads/:upload')
  @Can('application.edit')
  progress(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('upload') upload: string,
  ): Promise<HeadersResult> {
    return this.speak(web, async () =>
      answerHeaders(200, told(await this.uploads.progress(web.ctx, id, upload))),
    );
  }

  @Patch(':id/uploads/:upload')
  @Can('application.edit')
  append(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('upload') upload: string,
  ): Promise<HeadersResult> {
    return this.speak(web, async () => {
      if (web.header('content-type') !== CHUNK_TYPE) throw new DomainError('unsupported_type');
      const offset = wholeNumber(web.header('upload-offset'));
      const checksum = readChecksum(web.header('upload-checksum'));
      const known = await this.uploads.progress(web.ctx, id, upload);
      if (known.received !== offset) {
        throw new DomainError('conflict', { reason: 'upload_offset', values: { offset: known.received } });
      }
      const most = Math.min(MOST_PART_BYTES, known.length - known.received);
      const chunk = await web.chunk(uploadFolder(this.settings), most);
      try {
        if (chunk.tooMuch) throw new DomainError('too_large', { reason: 'file_too_large' });
        // A part with a checksum counts whole or not at all.
        if (checksum && (!chunk.whole || chunk.digests[checksum.algorithm] !== checksum.digest)) {
          return answerHeaders(CHECKSUM_MISMATCH, { 'tus-resumable': VERSION });
        }
        const progress = await this.uploads.append(web.ctx, id, upload, { offset, path: chunk.path });
        // The script goes on to the page of the document, which says what an ordinary form would have said.
        if (progress.uploadId !== null) web.flash('success', 'applications.upload.done');
        return answerHeaders(NO_CONTENT, told(progress));
      } finally {
        await rm(chunk.path, { force: true });
      }
    });
  }

  @Delete(':id/uploads/:upload')
  @Can('application.edit')
  cancel(
    @Web() web: WebRequest,
    @Param('id') id: string,
    @Param('upload') upload: string,
  ): Promise<HeadersResult> {
    return this.speak(web, async () => {
      await this.uploads.cancel(web.ctx, id, upload);
      return answerHeaders(NO_CONTENT, { 'tus-resumable': VERSION });
    });
  }

  /** Refusals in the protocol's statuses, each with words for the person who waits at the other end. */
  private async speak(web: WebRequest, work: () => Promise<HeadersResult>): Promise<HeadersResult> {
    const headers = { 'tus-resumable': VERSION };
    if (web.header('tus-resumable') !== VERSION) {
      return answerHeaders(STATUS.stale, { ...headers, 'tus-version': VERSION });
    }
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const status = error.reason === 'upload_expired' ? GONE : STATUS[error.code];
      return answerHeaders(status, headers, this.words(web, error));
    }
  }

  private words(web: WebRequest, { fields, reason, values }: DomainError): string {
    const [problem] = fields;
    const words = problem ? problemWords(problem) : { key: `reasons.${reason}`, values };
    return typeof words === 'string'
      ? words
      : this.translator.t(web.ctx.language, words.key, words.values ?? {});
  }
}

function told({ length, received, expiresAt, uploadId }: Progress): Record<string, string> {
  return {
    'tus-resumable': VERSION,
    'upload-length': String(length),
    'upload-offset': String(received),
    ...(uploadId === null
      ? { 'upload-expires': expiresAt.toUTCString() }
      : // Whoever lost the last answer learns that the document is attached.
        { 'most-document': uploadId }),
  };
}

function wholeNumber(text: string | undefined): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) {
    throw new DomainError('invalid', { reason: 'malformed_request' });
  }
  return Number(text);
}

/** `filename d29ybGQ=,requirement dHJhbnNjcmlwdA==`: names with values in Base64. */
function readMetadata(header: string): ReadonlyMap<string, string> {
  return new Map(
    header
      .slice(0, 4000)
      .split(',')
      .map((pair) => pair.trim().split(' '))
      .map(([name = '', value = '']) => [name, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

function readChecksum(
  header: string | undefined,
): { readonly algorithm: 'sha1' | 'sha256'; readonly digest: string } | null {
  if (header === undefined) return null;
  const [, algorithm, digest] = /^(sha1|sha256) ([A-Za-z0-9+/=]{20,60})$/.exec(header) ?? [];
  if ((algorithm !== 'sha1' && algorithm !== 'sha256') || digest === undefined) {
    throw new DomainError('invalid', { reason: 'malformed_request' });
  }
  return { algorithm, digest };
}
