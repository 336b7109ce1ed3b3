import { api } from './api.js';
import { openDialog } from './dialog.js';
import { button, h } from './dom.js';
import { bytes, duration, number, rate } from './format.js';
import { live } from './live.js';
import { announce, notify } from './notices.js';
import { texts } from './texts.js';

const words = texts.job;
/** What a job is for: its phases are those of its kind, or common to all. */
let kind = 'exporting';

function noteKind(job) {
    if (job.phase in words.title) kind = job.phase;
}

/** Tells of each job when it has ended, on whatever page. */
export function watchJobs() {
    let told = -1;
    live.on('started', (started) => {
        kind = started;
    });
    live.on('job', (job) => {
        noteKind(job);
        const step = job.id === 0 ? -1 : Math.floor(job.progress / 10);
        if (step > told && step > 0) announce(words.announce(words.title[kind](job.id), job.progress));
        told = step;
    });
    live.on('ended', ({ job, id }) => {
        if (job.last_id !== id) return;
        // A short one may have ended unseen.
        if (job.last_restored) kind = 'restoring';
        if (job.last_result === 'done') notify(doneText(job, id), { kind: isWhole(job.last_restored) ? '' : 'warn' });
        else if (job.last_result === 'cancelled') notify(words.cancelled(id));
        else {
            const advice = texts.advice[job.last_error_name.split('.').at(-1)] ?? '';
            notify(`${words.failed(id, job.last_error)} ${advice}`, { kind: 'bad' });
        }
    });
}

function doneText(job, id) {
    const sentence = words.done[kind](id);
    const restored = kind === 'restoring' ? job.last_restored : undefined;
    if (!restored) return sentence;
    return [
        sentence, words.restored(restored), restored.targets.length === 1 && words.restoredTo(restored.targets[0]),
        restored.conflicts > 0 && words.conflicts(restored.conflicts, restored.first_conflict),
        restored.lost.length > 0 && words.lost(restored.lost.map(({ what, count }) => `${what} (${number(count)})`).join(', ')),
    ].filter(Boolean).join(' ');
}

const isWhole = (restored) => !restored || (restored.conflicts === 0 && restored.lost.length === 0);

/** The job that runs, which follows it by itself; `idle` is what is seen when none does. */
export function jobCard(reason, idle = () => []) {
    const element = h('section', { class: 'job', 'aria-label': words.progress });
    let card;
    const update = (job) => {
        if (!job || job.id === 0) {
            card = undefined;
            element.replaceChildren(...idle());
            return;
        }
        noteKind(job);
        if (card?.id !== job.id) {
            card = makeCard(job.id, reason);
            element.replaceChildren(card.element);
        }
        card.update(job);
    };
    update(live.job);
    return { element, stop: live.on('job', update) };
}

function makeCard(id, reason) {
    const title = h('h2', {});
    const percent = h('strong', { class: 'number' });
    const bar = h('progress', { max: '100', value: '0', 'aria-label': words.progress });
    const phase = h('span', {});
    const amount = h('span', { class: 'number' });
    const speed = h('span', { class: 'number' });
    const note = h('p', { class: 'muted small' });
    const stop = button(words.cancel, () => askToCancel(id), { reason, key: 'cancel-job' });
    const element = h('div', { class: 'card' }, h('div', { class: 'job-line' }, title, percent), bar,
        h('div', { class: 'job-line muted small' }, phase, amount, speed), note, h('div', { class: 'row-actions' }, stop));
    const set = (target, text) => {
        if (target.textContent !== text) target.textContent = text;
    };
    const update = (job) => {
        const isCancelling = job.state === 'cancelling';
        set(title, words.title[kind](job.id));
        set(percent, `${job.progress} %`);
        bar.value = job.progress;
        set(phase, isCancelling ? words.cancelling : words.phase[job.phase] ?? '');
        set(amount, job.bytes_total > 0 ? words.of(bytes(job.bytes_done), bytes(job.bytes_total))
            : job.files_done > 0 ? words.files(number(job.files_done)) : '');
        set(speed, [job.rate > 0 && rate(job.rate), job.eta > 0 && words.left(duration(job.eta))].filter(Boolean).join(', '));
        set(note, job.holding_back ? job.holding_back_reason || words.holdingBack : '');
        note.hidden = !job.holding_back;
        stop.disabled = Boolean(reason) || isCancelling;
    };
    return { id, element, update };
}

function askToCancel(id) {
    const dialog = openDialog({
        title: words.cancelTitle(id), body: words.cancelWarning.map((text) => h('p', {}, text)), action: words.cancelAction,
        kind: 'primary danger',
        act: async () => {
            await api.cancel();
            live.tell(await api.job());
        },
    });
    // It may end by itself while the question is on the screen.
    const stop = live.on('ended', () => dialog.close());
    dialog.addEventListener('close', stop);
}
