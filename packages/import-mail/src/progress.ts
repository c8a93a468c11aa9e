import { styleText } from 'node:util';

/** How far something is. */
export interface ProgressState {
  readonly label: string;
  readonly count: number;
  /** Between 0 and 1. */
  readonly fraction: number;
  /** What is being waited for, when things do not go on. */
  readonly trouble: string | null;
}

const barWidth = 24;
const redrawMs = 100;
const plainEveryMs = 2_000;
/** A trouble is shown for this long after it was told. */
const troubleMs = 3_000;

/** One line that is drawn over on a terminal; elsewhere a plain line every two seconds. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #everyMs: number;
  #drawnAt = 0;
  #startedAt = 0;
  #startCount = 0;
  #startFraction = 0;
  #label = '';
  #trouble: { text: string; at: number } | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#everyMs = stream.isTTY ? redrawMs : plainEveryMs;
  }

  /** Shows the state, at most ten times a second on a terminal. Rates count from the first state with this label. */
  show(state: Omit<ProgressState, 'trouble'>): void {
    const now = performance.now();
    if (state.label !== this.#label) {
      this.#label = state.label;
      this.#startedAt = now;
      this.#startCount = state.count;
      this.#startFraction = state.fraction;
      this.#drawnAt = now;
    }
    if (now - this.#drawnAt < this.#everyMs) return;
    this.#drawnAt = now;
    const trouble =
      this.#trouble !== undefined && now - this.#trouble.at < troubleMs ? this.#trouble.text : null;
    const seconds = (now - this.#startedAt) / 1_000;
    const moved = state.fraction - this.#startFraction;
    const etaSeconds = moved > 0 ? (seconds * (1 - state.fraction)) / moved : null;
    const perSecond = (state.count - this.#startCount) / seconds;
    this.#write(lineOf({ ...state, trouble }, perSecond, etaSeconds, this.#stream.isTTY));
  }

  /** Remembers what things wait for; the next lines say it. */
  trouble(text: string): void {
    this.#trouble = { text, at: performance.now() };
  }

  /** Takes the line away, so that other output begins on a clean one. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }

  #write(line: string): void {
    if (!this.#stream.isTTY) this.#stream.write(`${line}\n`);
    else this.#stream.write(`\r\x1b[K${line}`);
  }
}

/** The line for a state: bar on terminals, count, rate, time to go. */
export function lineOf(
  state: ProgressState,
  perSecond: number,
  etaSeconds: number | null,
  withBar: boolean,
): string {
  const filled = Math.round(Math.min(1, Math.max(0, state.fraction)) * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const percent = `${Math.floor(state.fraction * 100)} %`;
  const rate = `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`;
  const eta = etaSeconds === null ? [] : [`${durationOf(etaSeconds)} to go`];
  const facts = [`${state.count} mails`, rate, percent, ...eta].join('  ');
  const trouble = state.trouble === null ? '' : `  waiting: ${state.trouble.slice(0, 60)}`;
  if (!withBar) return `${state.label}  ${facts}${trouble}`;
  return `${state.label} ${styleText('cyan', bar)}  ${facts}${styleText('yellow', trouble)}`;
}

/** Seconds as people say them: `4 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
