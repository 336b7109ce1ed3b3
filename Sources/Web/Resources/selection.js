/** What of one backup was selected; a selected directory stands for all that is in it. */
export class Selection extends EventTarget {
    /** The backup; undefined while nothing is selected. */
    id;
    #entries = new Map();

    get count() {
        return this.#entries.size;
    }

    /** Names for people, in the order they were selected in. */
    get names() {
        return [...this.#entries.values()].map((entry) => entry.shown ?? entry.display);
    }

    has(id, entry) {
        return id === this.id && this.#entries.has(key(entry));
    }

    add(id, entry) {
        const isAnother = this.id !== undefined && this.id !== id;
        if (isAnother) this.#entries.clear();
        this.id = id;
        this.#entries.set(key(entry), entry);
        if (isAnother) this.dispatchEvent(new Event('replaced'));
        this.dispatchEvent(new Event('change'));
    }

    remove(entry) {
        this.#entries.delete(key(entry));
        if (this.count === 0) this.id = undefined;
        this.dispatchEvent(new Event('change'));
    }

    clear() {
        this.#entries.clear();
        this.id = undefined;
        this.dispatchEvent(new Event('change'));
    }

    /** The paths as the API takes them: as text, or in Base64 where a name is not UTF-8. */
    order() {
        const entries = [...this.#entries.values()];
        return {
            paths: entries.filter((entry) => entry.path !== undefined).map((entry) => entry.path),
            paths_base64: entries.filter((entry) => entry.path === undefined).map((entry) => entry.path_base64),
        };
    }
}

/** Where an entry is, as the API names it. */
export const placeOf = (entry) => (entry.path === undefined ? { path_base64: entry.path_base64 } : { path: entry.path });

const key = (entry) => entry.path ?? `base64:${entry.path_base64}`;
