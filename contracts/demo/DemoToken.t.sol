// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Test} from "forge-std/Test.sol";
import {DemoToken} from "./DemoToken.sol";

contract DemoTokenTest is Test {
    uint256 private constant FAUCET_CAP = 100_000e6;

    DemoToken private token = new DemoToken("US dollar", "USD", 6, FAUCET_CAP);
    address private visitor = makeAddr("visitor");

    function test_Constructor_SetsMetadata() public view {
        assertEq(token.name(), "US dollar");
        assertEq(token.symbol(), "USD");
        assertEq(token.decimals(), 6);
        assertEq(token.faucetCap(), FAUCET_CAP);
        assertEq(token.owner(), address(this));
    }

    function test_Mint_IsForTheOwner() public {
        token.mint(visitor, 5e6);
        assertEq(token.balanceOf(visitor), 5e6);

        vm.prank(visitor);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, visitor));
        token.mint(visitor, 1);
    }

    function test_Faucet_GivesUpToItsCapEachTime() public {
        vm.startPrank(visitor);
        token.faucet(FAUCET_CAP);
        token.faucet(FAUCET_CAP);
        assertEq(token.balanceOf(visitor), 2 * FAUCET_CAP);

        vm.expectRevert(abi.encodeWithSelector(DemoToken.FaucetCapExceeded.selector, FAUCET_CAP + 1, FAUCET_CAP));
        token.faucet(FAUCET_CAP + 1);
    }
}
