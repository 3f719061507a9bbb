import { type Job, type Outcome, poison } from '../job.js';

/** A page, or another program that has joined. */
export interface Client {
  /** Who it is: a quorum asks clients of different names. */
  readonly name: string;
  give(task: Task): void;
  ban(reason: string): void;
}
/** What a client has answered. */
export interface Made {
  readonly outcome: Outcome;
  /** What its job has written, by key. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}
export interface Answer extends Made {
  /** The same text for equal answers. */
  readonly text: string;
}
/** A job, and who has it. */
export interface Task {
  readonly job: Job;
  /** The clients that have it, and for how many turns of the clock. */
  readonly holders: Map<Client, number>;
  /** The clients that gave an answer, for each different one. */
  readonly votes: Map<string, { readonly answer: Answer; readonly clients: Client[] }>;
  /** How many clients have vanished with it. */
  gone: number;
  /** The text of the answer that counts. */
  settled?: string;
  settle(answer: Answer): void;
}

/** How many clients may vanish with a job before it is set aside: pages are closed for many reasons. */
const VANISHED = 10;

/** Who does what: gives jobs to clients, counts what they answer, and bans those who lie. */
export class Leases {
  readonly #open = new Set<Task>();
  readonly #idle = new Set<Client>();
  /** Who has ever been here, and is not banned. */
  readonly #names = new Set<string>();

  /** `turns` are those of the clock after which a job is given to another client too. */
  constructor(
    readonly quorum: number,
    readonly turns: number,
  ) {}

  add(job: Job, settle: (answer: Answer) => void): Task {
    const task: Task = { job, holders: new Map(), votes: new Map(), gone: 0, settle };
    this.#open.add(task);
    this.#deal();
    return task;
  }
  /** Gives a job up. */
  drop(task: Task): void {
    this.#open.delete(task);
  }
  /** A client has nothing to do. */
  idle(client: Client): void {
    this.#names.add(client.name);
    this.#idle.add(client);
    this.#deal();
  }
  /** A client has vanished, perhaps with a job, which `counts` unless the client was banned. */
  leave(client: Client, task: Task | undefined, counts: boolean): void {
    this.#idle.delete(client);
    if (task?.holders.delete(client) && counts && this.#open.has(task) && ++task.gone === VANISHED)
      this.#setAside(task);
    this.#deal();
  }
  /** What a client has answered does not count any more, where it has not counted yet. */
  forget({ name }: Client): void {
    this.#names.delete(name);
    for (const { votes } of this.#open)
      for (const [text, { answer, clients }] of votes) {
        const others = clients.filter((client) => client.name !== name);
        if (others.length) votes.set(text, { answer, clients: others });
        else votes.delete(text);
      }
  }
  /** The clock has turned: jobs that are late are given to others too. */
  turn(): void {
    for (const { holders } of this.#open) for (const [client, age] of holders) holders.set(client, age + 1);
    this.#deal();
  }

  /** A client has answered. As soon as a quorum agrees, its answer counts, and who has given another is banned. */
  answer(client: Client, task: Task, answer: Answer): void {
    task.holders.delete(client);
    if (task.settled !== undefined) {
      if (this.quorum > 1 && answer.text !== task.settled) client.ban(LIED);
      return;
    }
    if (!this.#open.has(task)) return;
    const vote = task.votes.get(answer.text) ?? { answer, clients: [] };
    task.votes.set(answer.text, vote);
    vote.clients.push(client);
    if (vote.clients.length < this.quorum) {
      if (this.#isDisputed(task)) this.#setAside(task, `its clients gave ${task.votes.size} different answers`);
      return;
    }
    this.#open.delete(task);
    task.settled = answer.text;
    task.settle({ ...answer, outcome: { ...answer.outcome, attempts: 1 + task.gone } });
    for (const [text, { clients }] of task.votes) if (text !== answer.text) for (const liar of clients) liar.ban(LIED);
  }

  /** All different answers but one are lies: as long as most clients are honest, they are fewer than half as many as the clients. Otherwise the
   *  study gives another answer each time. */
  #isDisputed({ votes }: Task): boolean {
    return votes.size > Math.max(2, this.quorum) && votes.size - 1 >= this.#names.size / 2;
  }
  #setAside(task: Task, reason?: string): void {
    this.#open.delete(task);
    const outcome = poison('', VANISHED);
    task.settle({ outcome: { ...outcome, ...(reason && { reason, attempts: 1 }) }, blobs: new Map(), text: '' });
  }
  #deal(): void {
    for (const client of this.#idle)
      for (const task of this.#open) {
        if (!this.#wants(task, client.name)) continue;
        this.#idle.delete(client);
        task.holders.set(client, 0);
        client.give(task);
        break;
      }
  }
  #wants({ holders, votes }: Task, name: string): boolean {
    const asked = [...holders.keys(), ...[...votes.values()].flatMap(({ clients }) => clients)];
    if (asked.some((client) => client.name === name)) return false;
    const agree = Math.max(0, ...[...votes.values()].map(({ clients }) => clients.length));
    return [...holders.values()].filter((age) => age < this.turns).length < this.quorum - agree;
  }
}

const LIED = 'its answer differs from that of the quorum';
