/** Why there is nothing to show, in words; null when there is something. */
import { contentsOf, problemsOf, visualizationOf } from "../logic/select";
import type { State } from "../logic/state";

export interface Emptiness {
  heading: string;
  text: string;
  teaches: boolean;
  /** Whether a picture that is added here changes it. */
  takesPictures: boolean;
}

export function emptiness(state: State): Emptiness | null {
  const { runs, catalogue, choice } = state;
  if (!runs || !catalogue) {
    const heading = state.server === "down" ? "No connection" : "Asking TensorBoard ...";
    return { heading, text: "", teaches: false, takesPictures: false };
  }
  if (!runs.scanned && !runs.runs.some((one) => one.name === choice.run)) {
    return {
      heading: "Reading the log directory ...",
      text: "Runs appear as they are found.",
      teaches: false,
      takesPictures: false,
    };
  }
  if (!runs.runs.length) {
    const text =
      "Log a few pictures while you train. This page finds them by itself and shows where the network looks.";
    return { heading: "No probes in this log directory", text, teaches: true, takesPictures: false };
  }
  if (!catalogue.scanned && !visualizationOf(state)) {
    const heading = `Reading the visualization "${choice.visualization}" ...`;
    return { heading, text: "Its file is being imported.", teaches: false, takesPictures: false };
  }
  const run = choice.run ?? "";
  const contents = contentsOf(state);
  if (!contents) return { heading: `Reading the run "${run}" ...`, text: "", teaches: false, takesPictures: false };
  if (!contents.probes.probes.length) {
    const text = "Give the callback pictures to look at, or add one here.";
    return { heading: `No probes in the run "${run}"`, text, teaches: true, takesPictures: true };
  }
  if (!contents.checkpoints.checkpoints.length) {
    const problems = problemsOf(state);
    if (problems.length) {
      const text = problems.map((one) => `${one.file}: ${one.message}`).join(" ");
      return { heading: `No checkpoints in the run "${run}" can be shown`, text, teaches: false, takesPictures: false };
    }
    const text =
      "The first appears when the training begins. If it runs already, its output says why none could be logged, " +
      'and what to do: look for "Picasso could not log".';
    return { heading: `No checkpoints in the run "${run}" yet`, text, teaches: false, takesPictures: false };
  }
  return null;
}
