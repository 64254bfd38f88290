// <trace-stepper>: recorded runs as a picture that moves. Its data are the tables inside
// it, one for each voice, a row for each step; without this script they are what is
// there to be read.
"use strict";

customElements.define("trace-stepper", class Stepper extends HTMLElement {
    // How long a step stands while it plays, in milliseconds.
    static PACE = 1600;

    connectedCallback() {
        if (this.runs) return;
        this.at = 0;
        this.label = this.querySelector("figcaption strong").textContent;
        this.runs = [...this.querySelectorAll("table")].map((table) => this.read(table));
        this.steps = this.runs[0].steps;
        this.build();
        this.addEventListener("keydown", (event) => this.key(event));
        this.show(0);
        new ResizeObserver(([{ contentRect: { width } }]) => {
            if (width === this.width) return;
            this.width = width;
            requestAnimationFrame(() => this.reserve());
        }).observe(this);
        document.fonts?.ready.then(() => this.reserve());
    }

    /* ---- From the tables ---- */

    read(table) {
        const text = (row, column) =>
            row.querySelector(`.${column}`)?.textContent.trim() ?? "";
        const steps = [...table.tBodies[0].rows].map((row) => ({
            turn: text(row, "turn"),
            phase: text(row, "phase"),
            runs: row.querySelector(".runs > span").textContent,
            note: row.querySelector(".runs > em")?.textContent ?? "",
            prints: [...row.querySelectorAll("samp")].map((line) => line.textContent),
            lanes: Object.fromEntries([...row.querySelectorAll(".lanes > div")].map((lane) =>
                [lane.querySelector("b").textContent,
                    [...lane.querySelectorAll("span")].map((item) => item.textContent)])),
        }));
        const [voice, by] = [table.caption.firstChild, table.caption.querySelector("span")];
        return {
            kind: table.className, steps,
            voice: voice.textContent.trim(), by: by.textContent,
        };
    }

    /* ---- The parts, made once ---- */

    build() {
        this.stage = Stepper.make("div", "stage", { role: "group", "aria-label": this.label });
        this.stage.append(this.track(), this.sides(), this.controls());
        const all = Stepper.make("details", "steps");
        all.append(Stepper.make("summary", "", {}, "All steps as a table"),
            ...this.querySelectorAll(".table-wrapper"));
        this.querySelector("figure").append(this.stage, all);
    }

    track() {
        this.places = new Map();
        const place = (name) => {
            const item = Stepper.make("li", "", {}, name);
            this.places.set(name, item);
            return item;
        };
        const list = Stepper.make("ol", "track", { "aria-label": "Phases" });
        for (const phase of JSON.parse(this.dataset.phases)) {
            if (typeof phase === "string") {
                list.append(place(phase));
                continue;
            }
            this.turn = Stepper.make("span", "turn");
            const round = Stepper.make("ol");
            round.append(...phase.map(place));
            const item = Stepper.make("li", "round");
            item.append(this.turn, round);
            list.append(item);
        }
        list.hidden = this.places.size === 0;
        return list;
    }

    sides() {
        const used = JSON.parse(this.dataset.lanes).filter((lane) =>
            this.runs.some((run) => run.steps.some((step) => lane in step.lanes)));
        const panels = Stepper.make("div", "panels");
        for (const run of this.runs) {
            const panel = Stepper.make("div", `panel ${run.kind}`);
            const who = Stepper.make("p", "who", {}, `${run.voice} `);
            who.append(Stepper.make("span", "", {}, run.by));
            const rows = Stepper.make("dl");
            const row = (name, className) => {
                const value = Stepper.make("dd", className);
                rows.append(Stepper.make("dt", "", {}, name), value);
                return value;
            };
            run.running = row("runs", "running");
            run.held = new Map(used.map((lane) => [lane, row(lane, "lane")]));
            run.panel = panel;
            panel.append(who, rows);
            panels.append(panel);
        }
        // Two runs are shown together only if they print the same.
        if (this.steps.some((step) => step.prints.length)) {
            this.output = Stepper.make("div", "output");
            panels.append(this.output);
        }
        this.panels = panels;
        return panels;
    }

    controls() {
        const controls = Stepper.make("div", "controls");
        const button = (sign, label, keys, action) => {
            const it = Stepper.make("button", "", {
                type: "button", title: label, "aria-label": label, "aria-keyshortcuts": keys,
            });
            it.append(Stepper.make("span", "", { "aria-hidden": "true" }, sign));
            it.addEventListener("click", () => { this.pause(); action(); });
            controls.append(it);
            return it;
        };
        const end = this.steps.length - 1;
        this.first = button("\u21E4", "First step", "Home", () => this.show(0));
        this.back = button("\u2190", "Back", "ArrowLeft", () => this.show(this.at - 1));
        this.player = Stepper.make("button", "play", {
            type: "button", "aria-keyshortcuts": "Space",
        });
        this.player.addEventListener("click", () =>
            this.timer ? this.pause() : this.play());
        controls.append(this.player);
        this.next = button("\u2192", "Forward", "ArrowRight", () => this.show(this.at + 1));
        this.end = button("\u21E5", "Last step", "End", () => this.show(end));
        this.slider = Stepper.make("input", "", {
            type: "range", min: 0, max: end, step: 1, "aria-label": `Step of: ${this.label}`,
        });
        this.slider.addEventListener("input", () => {
            this.pause();
            this.show(this.slider.valueAsNumber);
        });
        this.count = Stepper.make("span", "count", { "aria-hidden": "true" });
        this.said = Stepper.make("p", "said", { role: "status" });
        controls.append(this.slider, this.count, this.said);
        this.pause();
        return controls;
    }

    /* ---- What can be done ---- */

    key(event) {
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
        if (!this.stage.contains(event.target)) return;
        const end = this.steps.length - 1;
        const to = {
            ArrowLeft: this.at - 1, ArrowRight: this.at + 1, Home: 0, End: end,
        }[event.key];
        if (to !== undefined) {
            this.pause();
            this.show(to);
        } else if (event.key === " " && event.target === this.slider) {
            this.player.click();
        } else {
            return;
        }
        // mdBook would turn the page.
        event.stopPropagation();
        event.preventDefault();
    }

    play() {
        if (this.at === this.steps.length - 1) this.show(0);
        this.timer = setInterval(() => {
            this.show(this.at + 1);
            if (this.at === this.steps.length - 1) this.pause();
        }, Stepper.PACE);
        this.player.textContent = "Pause";
    }

    pause() {
        clearInterval(this.timer);
        this.timer = undefined;
        this.player.textContent = "Play";
    }

    /* ---- One step ---- */

    show(to) {
        const end = this.steps.length - 1;
        const old = this.chips();
        this.at = Math.min(Math.max(to, 0), end);
        const step = this.steps[this.at];
        for (const [name, item] of this.places) {
            const here = name === step.phase;
            item.classList.toggle("here", here);
            if (here) item.setAttribute("aria-current", "step");
            else item.removeAttribute("aria-current");
        }
        if (this.turn) this.turn.textContent = step.turn && `turn ${step.turn}`;
        for (const [i, run] of this.runs.entries()) {
            this.fill(run, this.at);
            this.move(run.panel, old[i]);
        }
        this.print();
        this.slider.value = this.at;
        this.slider.setAttribute("aria-valuetext", `${this.at + 1} of ${end + 1}`);
        this.count.textContent = `${this.at + 1} / ${end + 1}`;
        // Not `disabled`: a button that has the focus would lose it.
        for (const [button, off] of [[this.first, this.at === 0], [this.back, this.at === 0],
            [this.next, this.at === end], [this.end, this.at === end]]) {
            button.setAttribute("aria-disabled", off);
        }
        this.said.textContent = this.sentence(step);
    }

    // The room for the largest step, so that nothing moves when one is taken.
    reserve() {
        this.panels.style.minHeight = "";
        const heights = this.steps.map((_, at) => {
            for (const run of this.runs) this.fill(run, at);
            return this.panels.offsetHeight;
        });
        this.panels.style.minHeight = `${Math.max(...heights)}px`;
        for (const run of this.runs) this.fill(run, this.at);
    }

    fill(run, at) {
        const [step, before] = [run.steps[at], run.steps[at - 1]];
        const chip = (name, isNew) =>
            Stepper.make("span", isNew ? "chip new" : "chip", {}, name);
        run.running.replaceChildren(...step.runs ? [chip(step.runs)] : [],
            ...step.note ? [Stepper.make("em", "", {}, step.note)] : []);
        for (const [lane, row] of run.held) {
            const known = before?.lanes[lane] ?? [];
            const items = step.lanes[lane] ?? [];
            row.replaceChildren(...items.map((item) => chip(item, !known.includes(item))));
        }
    }

    print() {
        const lines = this.steps.flatMap(({ prints }, i) => prints.map((line) => i > this.at
            ? Stepper.make("span", "", { "aria-hidden": "true" }, "\u00B7")
            : Stepper.make("samp", i === this.at ? "new" : "", {}, line)));
        this.output?.replaceChildren(Stepper.make("span", "label", {}, "output"), ...lines);
    }

    /* ---- Motion ---- */

    chips() {
        const chips = this.runs.map((run) => [...run.panel.querySelectorAll(".chip")]);
        return chips.map((all) => new Map(all.map((chip) =>
            [chip.textContent, chip.getBoundingClientRect()])));
    }

    // A callback is seen to go from its lane to where it runs.
    move(panel, old) {
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
        for (const chip of panel.querySelectorAll(".chip")) {
            const [from, to] = [old.get(chip.textContent), chip.getBoundingClientRect()];
            const start = from
                ? { transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }
                : { opacity: 0 };
            if (from && from.x === to.x && from.y === to.y) continue;
            chip.animate([start, {}], { duration: 320, easing: "ease-out" });
        }
    }

    sentence({ turn, phase, runs, note, prints }) {
        const where = [turn && `turn ${turn}`, phase].filter(Boolean).join(", ");
        const names = new Set(this.runs.map((run) => run.steps[this.at].runs));
        const what = runs && `runs ${[...names].join(", ")}`;
        const printed = prints.length && `prints ${prints.join(", ")}`;
        const all = [where, what, note, printed].filter(Boolean);
        return `Step ${this.at + 1} of ${this.steps.length}: ${all.join("; ")}.`;
    }

    static make(tag, className = "", attributes = {}, text = "") {
        const it = document.createElement(tag);
        if (className) it.className = className;
        for (const [name, value] of Object.entries(attributes)) {
            it.setAttribute(name, value);
        }
        it.textContent = text;
        return it;
    }
});
