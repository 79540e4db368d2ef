/** So many connections take gathered work at once: while one of them waits for the disk, another one works. */
const LANES = 4;
/** So much of it shares one commit. */
const MOST_TOGETHER = 8;

/**
 * Lets through at once what comes while there is room. What comes while all lanes are busy waits for the next that is
 * free, which takes all of it together: the fuller the hour, the fewer commits, and nobody waits for company.
 */
export class Gathering<Act> {
  private readonly waiting: Act[] = [];
  private busy = 0;

  constructor(
    /** Settles every act that it is given; what it throws reaches nobody. */
    private readonly run: (acts: readonly Act[]) => Promise<void>,
    private lanes = LANES,
    private readonly most = MOST_TOGETHER,
  ) {}

  add(act: Act): void {
    this.waiting.push(act);
    this.next();
  }

  /** With a lane for each nothing is gathered: so the cost of one alone can be measured. */
  open(lanes: number = LANES): void {
    this.lanes = lanes;
  }

  private next(): void {
    if (this.busy >= this.lanes || this.waiting.length === 0) return;
    this.busy += 1;
    const leave = () => {
      this.busy -= 1;
      this.next();
    };
    this.run(this.waiting.splice(0, this.most)).then(leave, leave);
  }
}
