import { problemNotice } from './dialog.js';
import { button, h, replace, skeleton } from './dom.js';
import { live } from './live.js';
import { texts } from './texts.js';

/**
 * A part of a page that shows what `load` gives, as `render` makes nodes of it: first a skeleton, then the content, anew whenever
 * something has changed. Returns its element, how to load it again, and how to end that.
 */
export function loaded(load, render, placeholders = 2) {
    const element = h('div', { class: 'loaded', 'aria-busy': 'true' }, skeleton(placeholders), h('span', { class: 'unseen' }, texts.loading));
    let shown;
    let turn = 0;
    const reload = async () => {
        turn += 1;
        const mine = turn;
        try {
            const value = await load();
            if (mine !== turn) return;
            const image = JSON.stringify(value);
            // What is the same stays, with its focus and what was opened in it.
            if (image !== shown) replace(element, ...[render(value)].flat());
            shown = image;
        } catch (problem) {
            if (mine !== turn || (shown !== undefined && problem.status === 0)) return;
            shown = undefined;
            replace(element, problemNotice(problem), h('div', {}, button(texts.tryAgain, reload, { key: 'again' })));
        }
        element.removeAttribute('aria-busy');
    };
    const stop = live.on('changed', reload);
    reload();
    return { element, reload, stop };
}
