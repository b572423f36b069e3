"""The section of the page about what quantization cost."""

from html import escape

from .html import heads

MOST_DB = 60.0  # a bar of full length


def section(found: dict) -> list[str]:
    """found: a Report of `mite quantize`, as the model's file holds it."""
    settings = found["settings"]
    bits = "weights of four and eight bits" if settings["weights"] == 4 or settings["max_bytes"] else "int8 weights"
    said = [f"{bits}, {settings['activations']} activations; ranges by {settings['method']}", f"{found['before_bytes']:,} bytes became {found['after_bytes']:,}"]
    if found["agreement"] is not None:
        said.append(f"the top answer is the float model's for {found['agreement']:.1%} of {found['samples']} samples")
    if found["accuracy"] is not None:
        said.append(f"accuracy {found['accuracy']:.2%}, float {found['float_accuracy']:.2%}")
    if found["float_ops"]:
        said.append(f"{found['float_ops']} ops stay float")
    rows = (
        f"<tr{' class=peak' if number in found['worst'] else ''}><td>{number}</td><td class=\"left\">{escape(layer['op'])}</td>"
        f"<td class=\"left\">{escape('x'.join(map(str, layer['shape'])))}</td><td class=\"left\">{escape(layer['weights'])}</td>"
        f"<td class=\"share left\">{layer['snr_db']:.1f} dB<i style=\"width:{min(max(layer['snr_db'], 0) / MOST_DB, 1):.1%}\"></i></td></tr>"
        for number, layer in enumerate(found["layers"])
    )
    return [
        "<h2>What quantization cost</h2>", f"<p>{escape('; '.join(said))}. Signal to noise of each layer against the float model; the worst are marked.</p>",
        '<div class="wide" tabindex="0" role="region" aria-label="Layers">', "<table>", "<thead><tr>",
        *heads("#", "*op", "*shape", "*weights", "*signal to noise"), "</tr></thead>", "<tbody>", *rows, "</tbody>", "</table>", "</div>",
    ]  # fmt: skip
