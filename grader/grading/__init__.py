"""Execute a submission in a sandbox and judge its functions outside of it.

A cell such as ``check("linear_backward", linear_forward, linear_backward)`` gives the same score
at home, under plain ``nbgrader autograde`` and here. Here the cell is not run in the student's
process: cases come from a secret seed, the student's process applies ``run`` to them, and the
score is computed from the values. The seed differs between submissions, except where results are
compared in the class (``contest``).
"""
