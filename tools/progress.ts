/** How often a part that is still being built says so, seconds: a silent build looks like a hang. */
const reminderSeconds = 30;

export function elapsed(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Says what starts, what is still going on, and what is done, one plain line each. */
export class Progress {
  constructor(private readonly write: (line: string) => void) {}

  async during<T>(what: string, work: () => Promise<T>): Promise<T> {
    const begin = Date.now();
    const seconds = () => (Date.now() - begin) / 1000;
    this.write(`${what} …`);
    const reminder = setInterval(() => {
      this.write(`${what} … ${elapsed(seconds())}`);
    }, reminderSeconds * 1000);
    try {
      const result = await work();
      this.write(`${what}: done in ${elapsed(seconds())}`);
      return result;
    } finally {
      clearInterval(reminder);
    }
  }
}
