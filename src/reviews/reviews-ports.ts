import { Injectable } from '@nestjs/common';

/** What this room asks of the world outside. */
@Injectable()
export class ReviewsPorts {
  /**
   * The DOIs in the public record of an ORCID iD. Null where nobody is asked, as long as the operator names no register.
   * @throws where the register does not answer
   */
  worksOfOrcid: ((orcid: string) => Promise<readonly string[]>) | null = null;
}
