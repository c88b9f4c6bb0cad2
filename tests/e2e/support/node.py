"""Scripts of tests/node: the second implementation of the protocol."""

import subprocess

from support.programs import NODE, environment, require


def node(home, script, *arguments, stdin="", timeout=600, more_environment=None):
    done = subprocess.run(["node", NODE / script, *map(str, arguments)], input=stdin, text=True, capture_output=True,
                          cwd=NODE, env={**environment(home), **(more_environment or {})}, timeout=timeout)
    require(done.returncode == 0, f"{script}: exit code {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def outputs(home, key, inputs):
    """F of each input under an evaluator's key file."""
    return [bytes.fromhex(line) for line in node(home, "e2e/outputs.mjs", key,
                                                 stdin="".join(f"{text}\n" for text in inputs)).split()]
