// What the pages can do beyond mdBook's own script. Without it every page still reads.
"use strict";

(() => {
    const all = (selector, from = document) => [...from.querySelectorAll(selector)];
    const make = (tag, text, className = "") =>
        Object.assign(document.createElement(tag), { textContent: text, className });

    // The search is loaded by the first who wants it (tools/book/src/search.rs).
    const toggle = document.getElementById("mdbook-search-toggle");
    if (toggle) {
        const load = ({ src }) => new Promise((resolve, reject) => {
            const script = make("script");
            script.onload = resolve;
            script.onerror = reject;
            script.src = src;
            document.head.append(script);
        });
        let loaded = null;
        const ready = () => loaded ??= search();
        const search = async () => {
            const [index, ...rest] = all('script[type="text/plain"][src]');
            await load(index);
            // A query has the words that the index has: `process.nextTick` is two.
            elasticlunr.tokenizer.setSeperator(/[^\p{L}\p{N}_]+/u);
            for (const script of rest) await load(script);
            leave();
        };
        const open = (event) => {
            const { key, target } = event;
            const typed = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey ||
                target.closest?.("input, textarea, select, [contenteditable]");
            if (key !== undefined && (typed || (key !== "s" && key !== "/"))) return;
            event.preventDefault();
            event.stopImmediatePropagation();
            leave();
            ready().then(() => toggle.click());
        };
        const leave = () => {
            toggle.removeEventListener("click", open);
            document.removeEventListener("keydown", open);
        };
        toggle.addEventListener("click", open);
        toggle.addEventListener("pointerenter", ready, { once: true });
        document.addEventListener("keydown", open);
        // An address can ask, too, or want words marked.
        if (/[?&](search|highlight)=/.test(location.search)) ready();
    }

    // Two themes are designed, so two are offered, and Auto.
    for (const name of ["rust", "coal", "ayu"]) {
        document.getElementById(`mdbook-theme-${name}`)?.closest("li").remove();
    }
    const dark = document.getElementById("mdbook-theme-navy");
    if (dark) dark.textContent = "Dark";

    // The name of the book leads to its front page; the page's own heading is its h1.
    const title = document.querySelector(".menu-title");
    if (title) {
        const link = make("a", title.textContent);
        link.href = `${path_to_root}index.html`;
        title.replaceChildren(link);
        title.setAttribute("role", "presentation");
    }

    // mdBook's sidebar toggle is a label, out of the keyboard's reach. A button in its
    // place presses it.
    const label = document.getElementById("mdbook-sidebar-toggle");
    const box = document.getElementById("mdbook-sidebar-toggle-anchor");
    if (label && box) {
        const button = make("button", "", label.className);
        button.type = "button";
        button.title = label.title;
        button.innerHTML = label.innerHTML;
        button.setAttribute("aria-label", label.title);
        button.setAttribute("aria-controls", "mdbook-sidebar");
        const tell = () => button.setAttribute("aria-expanded", box.checked);
        tell();
        box.addEventListener("change", tell);
        button.addEventListener("click", () => label.click());
        label.before(button);
        label.hidden = true;
    }
    // What mdBook leaves unnamed for those who listen.
    const name = (selector, attribute, value) =>
        document.querySelector(selector)?.setAttribute(attribute, value);
    name("#mdbook-menu-bar", "role", "banner");
    name("#mdbook-search-wrapper", "role", "search");
    name("#mdbook-searchbar", "aria-label", "Search this book");
    name("#mdbook-searchbar", "aria-describedby", "mdbook-searchresults-header");
    for (const task of all("main li > input[type=checkbox]")) {
        task.setAttribute("aria-label", task.parentElement.textContent.trim());
    }

    // > **Predict.** … A quotation that begins with such a word in bold is a callout.
    const signs = { "Predict": "?", "Break it": "!", "Folklore": "≠", "Left out": "…" };
    for (const word of all("main blockquote > p:first-child > strong:first-child")) {
        const kind = word.textContent.replace(/[.:]$/, "");
        if (word.previousSibling || !signs[kind]) continue;
        const quote = word.closest("blockquote");
        quote.classList.add("callout", kind.replace(" ", "-").toLowerCase());
        quote.dataset.sign = signs[kind];
    }

    // A terminal: commands start with `$ `, go on after a backslash; the rest is output.
    for (const code of all("pre > code.language-console")) {
        const lines = code.textContent.replace(/\n$/, "").split("\n");
        if (!lines.some((line) => line.startsWith("$ "))) continue;
        code.replaceChildren();
        let more = false;
        for (const [i, line] of lines.entries()) {
            const start = i > 0 ? "\n" : "";
            if (!more && !line.startsWith("$ ")) {
                code.append(make("span", start + line, "back"));
                continue;
            }
            const command = more ? line : line.slice(2);
            const [, text, remark] = /^(.*?)( # varies)?$/.exec(command);
            const typed = make("span", text, more ? "typed more" : "typed");
            if (remark) typed.append(make("span", remark, "remark"));
            code.append(start, typed);
            more = text.endsWith("\\");
        }
    }

    // mdBook copies what is displayed. For that moment a terminal displays its commands
    // only, and a snippet its hidden lines too: what is copied runs.
    document.addEventListener("click", (event) => {
        const pre = event.target.closest?.(".clip-button")?.closest("pre");
        const hiding = pre?.querySelector("code.hide-boring");
        if (!pre) return;
        if (pre.querySelector(".typed")) pre.classList.add("copying");
        hiding?.classList.remove("hide-boring");
        setTimeout(() => {
            pre.classList.remove("copying");
            hiding?.classList.add("hide-boring");
        });
    }, true);

    // A word of the glossary shows its definition to those who point at it or reach it
    // with the keyboard; Escape puts it away.
    const definition = make("div", "");
    Object.assign(definition, { id: "definition", role: "tooltip", popover: "manual" });
    const words = all('main a[href*="glossary.html#"][title]');
    if (words.length > 0) document.body.append(definition);
    let defined = null;
    const away = () => {
        if (!defined) return;
        defined.removeAttribute("aria-describedby");
        definition.hidePopover();
        defined = null;
    };
    for (const word of words) {
        const text = word.title;
        word.removeAttribute("title");
        const show = () => {
            if (defined === word) return;
            away();
            defined = word;
            definition.textContent = text;
            word.setAttribute("aria-describedby", "definition");
            definition.showPopover({ source: word });
        };
        // The pointer may go over to the definition and stay there.
        const leave = () => setTimeout(() => {
            const stays = word.matches(":hover, :focus") || definition.matches(":hover");
            if (defined === word && !stays) away();
        }, 150);
        word.addEventListener("pointerenter", show);
        word.addEventListener("focus", show);
        word.addEventListener("pointerleave", leave);
        word.addEventListener("blur", leave);
    }
    definition.addEventListener("pointerleave", away);
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape") away();
    });

    // A figure is as large as it was drawn, and no larger.
    for (const svg of all(".drawing > svg")) {
        svg.style.setProperty("--w", `${svg.viewBox.baseVal.width}px`);
    }

    // What scrolls sideways can be scrolled with the keyboard.
    const boxes = all("pre > code, .table-wrapper, .measured, .drawing");
    const reach = () => {
        for (const box of boxes) {
            if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
            else box.removeAttribute("tabindex");
        }
    };
    reach();
    addEventListener("resize", reach);
    document.fonts?.ready.then(reach);
    document.addEventListener("toggle", reach, true);

    // The lines of a file: #L12 is one, #L12-L20 are several. Shift makes a range of the
    // line before and the one that is chosen; arrows lead from line to line.
    const lines = all(".numbers > a");
    const ends = () => (/^#L(\d+)(?:-L(\d+))?$/.exec(location.hash) ?? [])
        .slice(1).filter(Boolean).map(Number);
    const mark = () => {
        const [first, last = first] = ends();
        lines.forEach((line, i) =>
            line.classList.toggle("marked", first <= i + 1 && i + 1 <= last));
        // The browser has gone to a single line by itself.
        if (last > first) lines[first - 1]?.scrollIntoView();
    };
    for (const [i, line] of lines.entries()) {
        line.addEventListener("click", (event) => {
            const [first] = ends();
            if (!event.shiftKey || !first) return;
            event.preventDefault();
            const [from, to] = [first, i + 1].sort((a, b) => a - b);
            location.hash = `L${from}-L${to}`;
        });
        line.addEventListener("focus", () => {
            lines.find((other) => other.tabIndex === 0).tabIndex = -1;
            line.tabIndex = 0;
        });
        line.addEventListener("keydown", (event) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (!step || event.shiftKey) return;
            event.preventDefault();
            lines[i + step]?.focus();
        });
    }
    if (lines.length > 0) {
        mark();
        addEventListener("hashchange", mark);
    }

    // The way on, by name.
    const chapters = all("#mdbook-sidebar .chapter-item a[href]");
    for (const link of all(".mobile-nav-chapters")) {
        const to = chapters.find((a) => a.href === link.href);
        if (!to) continue;
        const word = link.classList.contains("next") ? "Next" : "Previous";
        link.replaceChildren(make("small", word), make("span", to.textContent.trim()));
        link.removeAttribute("aria-label");
    }

    // On paper nothing can be unfolded.
    let folded = [];
    addEventListener("beforeprint", () => {
        folded = all("details:not([open])");
        for (const details of folded) details.open = true;
    });
    addEventListener("afterprint", () => {
        for (const details of folded) details.open = false;
    });
})();
