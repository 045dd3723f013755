## The table of jobs, across lost connections.
extends RefCounted

const Check := preload("../check.gd")
const JobTable := preload("res://addons/playreel/jobs/job_table.gd")


func test_a_list_that_was_cut_off_is_asked_for_again(check: Check) -> void:
	var table := JobTable.new()
	table.take({"type": "subscribed", "epoch": "e1", "seq": 9, "reset": true})
	table.take({"type": "snapshot", "seq": 9, "jobs": [], "more": true})
	check.equal(table.subscription()["epoch"], "", "there is nothing to resume")
	table.take({"type": "subscribed", "epoch": "e1", "seq": 9, "reset": true})
	table.take({"type": "snapshot", "seq": 9, "jobs": [], "more": false})
	check.equal(table.subscription()["epoch"], "e1", "now there is")
	check.equal(table.subscription()["since_seq"], 9, "since the list")
