"""The analysis of questions: how hard each is, whether it tells students apart, what its wrong options do, and whether it is fair.

Only first attempts count (`facts.answers.AnswerSheet`): later ones were made with the answers known. `note` keeps one row per answer and adds to
sums in the transaction of the submission; `statistics`, `options` and `fairness` are the formulas, pure; `reading` asks the tables within the
caller's rights; `judging` says which findings matter.
"""
