import { api } from './api.js';

/**
 * What changes at the service: `job` with the state of the job, `changed` when lists may be others, `offline` with a problem
 * and `online`. It comes as server-sent events; while these do not come, the job is asked for again and again.
 */
class Live extends EventTarget {
    job = null;
    #source;
    #poll;
    #offline = false;
    #ended = false;

    start() {
        window.addEventListener('session-ended', () => this.#end());
        // A page that the browser kept in its cache has lost its stream.
        window.addEventListener('pageshow', (event) => event.persisted && this.#listen());
        this.#listen();
    }

    /** Calls `listener` for events called `type` until the function that is returned is called. */
    on(type, listener) {
        const relay = (event) => listener(event.detail);
        this.addEventListener(type, relay);
        return () => this.removeEventListener(type, relay);
    }

    /** Takes over a job's state that a call returned, before the next event tells it. */
    tell(job) {
        this.#see(job);
    }

    /** Takes over that a job of `kind` was started on `id`; one that has ended by then is told of, too. */
    started(id, kind, job) {
        this.#send('started', kind);
        this.job = { ...job, id };
        this.#see(job);
    }

    #listen() {
        this.#source?.close();
        const source = new EventSource('/api/v1/events');
        this.#source = source;
        source.addEventListener('open', () => this.#stopPolling());
        source.addEventListener('job', (event) => this.#see(JSON.parse(event.data)));
        source.addEventListener('changed', () => this.#send('changed'));
        source.addEventListener('problem', (event) => this.#lose(JSON.parse(event.data)));
        source.addEventListener('error', () => {
            this.#startPolling();
            if (source.readyState === EventSource.CLOSED && !this.#ended) setTimeout(() => this.#listen(), 5000);
        });
    }

    #startPolling() {
        if (this.#poll || this.#ended) return;
        const ask = async () => {
            try {
                this.#see(await api.job());
            } catch (problem) {
                if (problem.status === 0 || problem.status >= 500) this.#lose(problem);
            }
            if (this.#poll) this.#poll = setTimeout(ask, 2000);
        };
        this.#poll = setTimeout(ask, 250);
    }

    #stopPolling() {
        clearTimeout(this.#poll);
        this.#poll = undefined;
    }

    #see(job) {
        const before = this.job;
        this.job = job;
        if (this.#offline) {
            this.#offline = false;
            this.#send('online');
            this.#send('changed');
        }
        this.#send('job', job);
        if (before && before.id !== 0 && job.id !== before.id) {
            this.#send('ended', { job, id: before.id });
            this.#send('changed');
        }
    }

    #lose(problem) {
        if (this.#offline || this.#ended) return;
        this.#offline = true;
        this.#send('offline', problem);
    }

    #end() {
        this.#ended = true;
        this.#source?.close();
        this.#stopPolling();
    }

    #send(type, detail) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}

export const live = new Live();
