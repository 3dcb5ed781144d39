"""Playing a lesson or a quiz: placements, attempts, responses, steps, feedback. It knows nothing of grades sent or mastery learned."""
